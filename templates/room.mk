# SPDX-License-Identifier: MIT
demodir = $(pkgdatadir)/templates/demo
demo_DATA = templates/demo/stack.yaml templates/demo/compose.yaml templates/demo/.env.example
demoappdir = $(demodir)/app
demoapp_DATA = \
	templates/demo/app/cache.sh \
	templates/demo/app/check.sh \
	templates/demo/app/migrate.sh \
	templates/demo/app/store.sh \
	templates/demo/app/web.sh \
	templates/demo/app/worker.sh
EXTRA_DIST += $(demo_DATA) $(demoapp_DATA)
