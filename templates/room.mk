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

havendir = $(pkgdatadir)/templates/haven
haven_DATA = templates/haven/stack.yaml templates/haven/compose.yaml \
	templates/haven/compose.dev.yaml
semantikdir = $(pkgdatadir)/templates/semantik
semantik_DATA = templates/semantik/stack.yaml templates/semantik/compose.yaml \
	templates/semantik/compose.cuda.yaml templates/semantik/compose.dev.yaml \
	templates/semantik/compose.prod.yaml templates/semantik/nginx.conf
claude_contextdir = $(pkgdatadir)/templates/claude-context
claude_context_DATA = templates/claude-context/stack.yaml templates/claude-context/compose.yaml \
	templates/claude-context/compose.cuda.yaml templates/claude-context/prometheus.yml
ragcorpdir = $(pkgdatadir)/templates/ragcorp
ragcorp_DATA = templates/ragcorp/stack.yaml templates/ragcorp/compose.yaml \
	templates/ragcorp/compose.dev.yaml templates/ragcorp/prometheus.yml templates/ragcorp/alerts.yml
EXTRA_DIST += $(haven_DATA) $(semantik_DATA) $(claude_context_DATA) $(ragcorp_DATA)
