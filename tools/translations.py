"""The Chinese of the addons: every term that Odoo exports has a translation in i18n/zh_CN.po.

Also `make terms`: bring the .po files and their templates up to date, new terms untranslated.
"""

import postgres
from common import ROOT, main, run, say
from odoo_cli import Odoo, present_addons
from templates import Templates

EXPORT = """
from odoo.tools.translate import trans_export
for name in {names!r}:
    with open(f'{folder}/{{name}}.pot', 'wb') as stream:
        trans_export(None, [name], stream, 'po', env)
"""
COMPARE = """
import sys
import polib

template, chinese = polib.pofile(sys.argv[1]), polib.pofile(sys.argv[2])
done = {(entry.msgctxt, entry.msgid) for entry in chinese.translated_entries()}
terms = [entry for entry in template if entry.msgid]
print(len(terms))
for entry in terms:
    if (entry.msgctxt, entry.msgid) not in done:
        print('untranslated: ' + entry.msgid.replace('\\n', ' ')[:90])
"""
MERGE = """
import sys
import polib

template, path = polib.pofile(sys.argv[1]), sys.argv[2]
try:
    chinese = polib.pofile(path)
except OSError:
    chinese = polib.POFile()
    chinese.metadata = template.metadata
chinese.metadata.update({'Language': 'zh_CN', 'Plural-Forms': 'nplurals=1; plural=0;'})
chinese.merge(template)
for entry in [entry for entry in chinese if entry.obsolete]:
    chinese.remove(entry)
chinese.sort(key=lambda entry: entry.msgid)
chinese.save(path)
print(len(chinese.untranslated_entries()))
try:
    template.metadata = polib.pofile(sys.argv[3]).metadata
except OSError:
    pass  # the first time: with the dates of the export, which stay from then on
template.sort(key=lambda entry: entry.msgid)
template.save(sys.argv[3])
"""


def export(odoo, database):
    """Write the terms of each addon to a .pot file; return the folder."""
    folder = odoo.folder / 'terms'
    folder.mkdir(exist_ok=True)
    odoo.shell(database, EXPORT.format(names=present_addons(), folder=folder))
    return folder


def check(odoo, result, database):
    """One test for each addon: all its terms are translated."""
    folder = export(odoo, database)
    for name in present_addons():
        chinese = ROOT / 'addons' / name / 'i18n' / 'zh_CN.po'
        if not chinese.exists():
            result.fail(f'{name} has no i18n/zh_CN.po')
            continue
        terms, *missing = run(
            [odoo.python, '-c', COMPARE, folder / f'{name}.pot', chinese]
        ).splitlines()
        if missing or terms == '0':
            result.fail(f'{name}: {len(missing)} of {terms} terms untranslated', *missing[:10])
        else:
            result.passed += 1


def update():
    """`make terms`: merge the current terms into the .po files, count what is left to do."""
    with postgres.for_tests() as server:
        odoo = Odoo('test', server, tests=True)
        odoo.configure(max_cron_threads=0)
        folder = export(odoo, Templates(odoo).full())
    for name in present_addons():
        chinese = ROOT / 'addons' / name / 'i18n' / 'zh_CN.po'
        chinese.parent.mkdir(exist_ok=True)
        ours = chinese.with_name(f'{name}.pot')
        left = run([odoo.python, '-c', MERGE, folder / f'{name}.pot', chinese, ours]).strip()
        say(f'{name}: {left} terms to translate')


if __name__ == '__main__':
    main(update)
