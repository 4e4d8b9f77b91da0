PYTHON ?= python3

.PHONY: help env run stop reset shell logs test unit lint format terms bench dist

help:
	@echo 'make run     Odoo with the five addons and the demo book at http://127.0.0.1:8069'
	@echo '             (CARLOAN_PORT, CARLOAN_DB, ODOO_HOME, ODOO_DEB, CARLOAN_PYTHON)'
	@echo 'make stop    stop it        make reset   drop its database'
	@echo 'make shell   an Odoo shell  make logs    follow its log'
	@echo 'make test    everything     make test ADDON=carloan_credit    make test TAGS=/carloan_credit:TestLoan'
	@echo 'make unit    the tests that need no Odoo'
	@echo 'make lint    ruff, pylint-odoo, file sizes    make format   let ruff put the code in order'
	@echo 'make terms   bring the terms in i18n/zh_CN.po up to date'
	@echo 'make bench   the benchmarks   make bench BENCH=odoo_lists SIZE=1000000    make bench DROP=1'
	@echo 'make dist    pack the five addons into one archive'
	@echo 'make env     only get Odoo, the libraries and PostgreSQL'

env run stop reset shell dist unit lint:
	@$(PYTHON) tools/$@.py

bench:
	@BENCH='$(BENCH)' CARLOAN_BENCH_LOANS='$(or $(SIZE),20000)' $(PYTHON) tools/bench.py

logs:
	@tail -n 100 -F .carloan/run/odoo.log

test:
	@ADDON='$(ADDON)' TAGS='$(TAGS)' $(PYTHON) tools/test.py

format:
	@$(PYTHON) tools/lint.py --fix

terms:
	@$(PYTHON) tools/translations.py
