from odoo.tests import tagged

from .tour_path import TourPathCase


@tagged('post_install', '-at_install', 'carloan_tour')
class TestToursDesktop(TourPathCase):
    browser_size = '1366x768'

    def test_thin_path_on_a_desktop(self):
        self.walk_the_path()


@tagged('post_install', '-at_install', 'carloan_tour')
class TestToursPhone(TourPathCase):
    browser_size = '390x844'
    touch_enabled = True

    def test_thin_path_on_a_phone(self):
        self.walk_the_path()
