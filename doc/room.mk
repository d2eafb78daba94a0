# SPDX-License-Identifier: MIT
# The man page and the completions are what the program prints from its own command table.
doc_made = doc/slipway.1 doc/slipway.bash doc/_slipway doc/slipway.fish
nodist_man_MANS = doc/slipway.1
dist_man_MANS = doc/slipway-stack.5
noinst_DATA = $(doc_made)
CLEANFILES += $(doc_made)
doc_say = $(AM_V_GEN)$(MKDIR_P) doc && LC_ALL=C ./slipway$(EXEEXT)

doc/slipway.1: slipway$(EXEEXT)
	$(doc_say) __man >$@.tmp && mv $@.tmp $@

doc/slipway.bash: slipway$(EXEEXT)
	$(doc_say) __completion bash >$@.tmp && mv $@.tmp $@

doc/_slipway: slipway$(EXEEXT)
	$(doc_say) __completion zsh >$@.tmp && mv $@.tmp $@

doc/slipway.fish: slipway$(EXEEXT)
	$(doc_say) __completion fish >$@.tmp && mv $@.tmp $@

bashcompletiondir = $(datadir)/bash-completion/completions
zshcompletiondir = $(datadir)/zsh/site-functions
fishcompletiondir = $(datadir)/fish/vendor_completions.d

install-data-local: $(doc_made)
	$(MKDIR_P) '$(DESTDIR)$(bashcompletiondir)' '$(DESTDIR)$(zshcompletiondir)' '$(DESTDIR)$(fishcompletiondir)'
	$(INSTALL_DATA) doc/slipway.bash '$(DESTDIR)$(bashcompletiondir)/slipway'
	$(INSTALL_DATA) doc/_slipway '$(DESTDIR)$(zshcompletiondir)/_slipway'
	$(INSTALL_DATA) doc/slipway.fish '$(DESTDIR)$(fishcompletiondir)/slipway.fish'

uninstall-local:
	rm -f '$(DESTDIR)$(bashcompletiondir)/slipway' '$(DESTDIR)$(zshcompletiondir)/_slipway' \
		'$(DESTDIR)$(fishcompletiondir)/slipway.fish'
