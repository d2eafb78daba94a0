/* SPDX-License-Identifier: MIT */
/* What a secret's file holds, as far as names tell. What is made up although a program waits for
 * something certain fails late and far from here: when in doubt, people bring it. */
#include "config/secret_file.h"

#include "base/i18n.h"
#include "base/str.h"
#include "config/setting_guess.h"

#include <string.h>

static const char *const texts[] = {
	[SECRET_FILE_UNKNOWN] = N_("its name does not tell what belongs into it"),
	[SECRET_FILE_FOREIGN] = N_("a secret that its provider gives you"),
	[SECRET_FILE_ACCOUNT] = N_("a name, not a password"),
	[SECRET_FILE_FORM] = N_("a text with a form of its own"),
	[SECRET_FILE_KEY] = N_("a certificate, or a key that belongs to another one"),
};

const char *secret_file_kind_text(enum secret_file_kind kind)
{
	return texts[kind] ? _(texts[kind]) : NULL;
}

/* Last words of names, and endings of files. */
static const struct {
	const char *word;
	enum secret_file_kind kind;
} last_words[] = {
	{"CRT", SECRET_FILE_KEY},
	{"CERT", SECRET_FILE_KEY},
	{"CERTS", SECRET_FILE_KEY},
	{"CERTIFICATE", SECRET_FILE_KEY},
	{"CER", SECRET_FILE_KEY},
	{"PEM", SECRET_FILE_KEY},
	{"DER", SECRET_FILE_KEY},
	{"CSR", SECRET_FILE_KEY},
	{"CA", SECRET_FILE_KEY},
	{"CHAIN", SECRET_FILE_KEY},
	{"FULLCHAIN", SECRET_FILE_KEY},
	{"PRIVKEY", SECRET_FILE_KEY},
	{"PUBKEY", SECRET_FILE_KEY},
	{"PUB", SECRET_FILE_KEY},
	{"P12", SECRET_FILE_KEY},
	{"PFX", SECRET_FILE_KEY},
	{"JKS", SECRET_FILE_KEY},
	{"KEYSTORE", SECRET_FILE_KEY},
	{"TRUSTSTORE", SECRET_FILE_KEY},
	{"KEYTAB", SECRET_FILE_KEY},
	{"DHPARAM", SECRET_FILE_KEY},
	{"DHPARAMS", SECRET_FILE_KEY},
	{"RSA", SECRET_FILE_KEY},
	{"ED25519", SECRET_FILE_KEY},
	{"ECDSA", SECRET_FILE_KEY},
	{"JSON", SECRET_FILE_FORM},
	{"YAML", SECRET_FILE_FORM},
	{"YML", SECRET_FILE_FORM},
	{"TOML", SECRET_FILE_FORM},
	{"XML", SECRET_FILE_FORM},
	{"INI", SECRET_FILE_FORM},
	{"CFG", SECRET_FILE_FORM},
	{"CONF", SECRET_FILE_FORM},
	{"CONFIG", SECRET_FILE_FORM},
	{"CREDENTIALS", SECRET_FILE_FORM},
	{"HTPASSWD", SECRET_FILE_FORM},
	{"PGPASS", SECRET_FILE_FORM},
	{"NETRC", SECRET_FILE_FORM},
	{"KUBECONFIG", SECRET_FILE_FORM},
	{"ENV", SECRET_FILE_FORM},
	{"URL", SECRET_FILE_FORM},
	{"URI", SECRET_FILE_FORM},
	{"DSN", SECRET_FILE_FORM},
	{"EMAIL", SECRET_FILE_ACCOUNT},
};

/* The same of names that have a word before. */
static const char *const last_accounts[] = {"DB", "DATABASE", "NAME", "HOST"};

/* What stands before KEY where it is text that nobody else knows; a server_key is half of a pair.
 */
static const char *const text_keys[] = {"SECRET", "ENCRYPTION", "ENCRYPT", "SESSION", "COOKIE",
	"JWT", "APP", "APPLICATION", "MASTER", "AUTH", "HMAC", "CIPHER", "API", "INTERNAL",
	"ADMIN"};

static enum secret_file_kind kind_of_key(const char *before, struct secret_rule *ret)
{
	if (!before)
		return SECRET_FILE_KEY;
	if (str_eq(before, "FERNET")) {
		*ret = (struct secret_rule){SECRET_FERNET, 0, 0};
		return SECRET_FILE_MADE;
	}
	for (size_t i = 0; i < ARRAY_SIZE(text_keys); i++)
		if (str_eq(before, text_keys[i]))
			return SECRET_FILE_MADE;
	return SECRET_FILE_KEY;
}

/* As a variable of that name would be: config/setting_guess.h. */
static enum secret_file_kind kind_of_guess(const char *name, struct secret_rule *ret)
{
	enum secret_file_kind kind = SECRET_FILE_UNKNOWN;
	struct setting s;

	setting_init(&s, name);
	setting_guess(&s, NULL);
	if (s.type == SETTING_SECRET)
		kind = setting_can_generate(&s) ? SECRET_FILE_MADE : SECRET_FILE_FOREIGN;
	if (kind == SECRET_FILE_MADE)
		*ret = s.rule;
	setting_done(&s);
	return kind;
}

enum secret_file_kind secret_file_kind_of_name(const char *name, struct secret_rule *ret)
{
	AUTO(strv) struct strv words = STRV_INIT;
	struct secret_rule rule = secret_rule_default();
	enum secret_file_kind kind = SECRET_FILE_UNKNOWN;
	const char *last;

	setting_name_words(name, &words);
	if (!words.n)
		return SECRET_FILE_UNKNOWN;
	last = words.items[words.n - 1];
	for (size_t i = 0; i < ARRAY_SIZE(last_words) && !kind; i++)
		if (str_eq(last, last_words[i].word))
			kind = last_words[i].kind;
	for (size_t i = 0; i < ARRAY_SIZE(last_accounts) && !kind && words.n > 1; i++)
		if (str_eq(last, last_accounts[i]))
			kind = SECRET_FILE_ACCOUNT;
	if (!kind && setting_names_account(name))
		kind = SECRET_FILE_ACCOUNT;
	if (!kind)
		kind = kind_of_guess(name, &rule);
	if (str_eq(last, "KEY") && kind != SECRET_FILE_ACCOUNT) {
		enum secret_file_kind key =
			kind_of_key(words.n > 1 ? words.items[words.n - 2] : NULL, &rule);

		/* Nobody hands out a Fernet key; the guess has it from its vendors' list. */
		if (key == SECRET_FILE_KEY || rule.format == SECRET_FERNET)
			kind = key;
	}
	if (kind == SECRET_FILE_MADE && ret)
		*ret = rule;
	return kind;
}

static void weigh(const char *name, enum secret_file_kind *kind, struct secret_rule *rule)
{
	struct secret_rule own = secret_rule_default();
	enum secret_file_kind said = secret_file_kind_of_name(name, &own);

	if (said <= *kind)
		return;
	*kind = said;
	*rule = own;
}

enum secret_file_kind secret_file_kind(const struct secret_file *f, struct secret_rule *ret)
{
	static const char *const plain[] = {".txt", ".secret", ".pass", ".password", ".token"};
	const char *slash = strrchr(f->path, '/');
	autofree char *file = xstrdup(slash ? slash + 1 : f->path);
	struct secret_rule rule = secret_rule_default();
	enum secret_file_kind kind = SECRET_FILE_UNKNOWN;

	for (size_t i = 0; i < ARRAY_SIZE(plain); i++)
		if (str_ends(file, plain[i])) {
			file[strlen(file) - strlen(plain[i])] = '\0';
			break;
		}
	weigh(f->name, &kind, &rule);
	for (size_t i = 0; i < f->variables.n; i++)
		weigh(f->variables.items[i], &kind, &rule);
	/* A name within a name: db_password.txt says less than what it is called. */
	if (!kind || strchr(file, '.'))
		weigh(file, &kind, &rule);
	if (ret)
		*ret = rule;
	return kind;
}
