"""`make dist`: one archive of the five addons for an addons path; the same bytes every time."""

import zipfile

from common import ADDONS, ROOT, Failure, files_under, main, say
from odoo_cli import manifest

MIDNIGHT = (2020, 1, 1, 0, 0, 0)


def dist():
    """Write dist/carloan-<version>.zip."""
    missing = [name for name in ADDONS if not (ROOT / 'addons' / name / '__manifest__.py').exists()]
    if missing:
        raise Failure(f'not in this checkout: {", ".join(missing)}')
    target = ROOT / 'dist' / f'carloan-{manifest(ADDONS[0])["version"]}.zip'
    target.parent.mkdir(exist_ok=True)
    with zipfile.ZipFile(target, 'w', zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(files_under(ROOT / 'addons' / name for name in ADDONS)):
            entry = zipfile.ZipInfo(str(file.relative_to(ROOT / 'addons')), MIDNIGHT)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, file.read_bytes())
    say(f'{target.relative_to(ROOT)}: unpack it into a folder of the addons path')


if __name__ == '__main__':
    main(dist)
