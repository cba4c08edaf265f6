"""Cases written by hand: each row of the contract's section 1.2, and the issue's examples."""

from grammar import ACCOUNT, URL, Case

SSO = f"sso_session = s\nsso_account_id = {ACCOUNT}\nsso_role_name = Admin\n"
SESSION = f"[sso-session s]\nsso_start_url = {URL}\nsso_region = eu-west-1\n"
KEYS = "aws_access_key_id = AKIAODDEXAMPLE\naws_secret_access_key = secret\n"
ROLE = f"role_arn = arn:aws:iam::{ACCOUNT}:role/Deploy\n"
GOOD = "[profile good]\nregion = eu-west-1\n"

# Title to config file.
CONFIG = {
    "nothing odd": SESSION + "[profile p]\n" + SSO + "region = eu-west-1\n" + GOOD,
    "byte order mark": "\ufeff" + GOOD,
    "CRLF": GOOD.replace("\n", "\r\n"),
    "carriage returns alone": GOOD.replace("\n", "\r"),
    "duplicate section": "[profile p]\nregion = a\n[profile p]\noutput = json\n",
    "duplicate key": "[profile p]\nregion = a\nREGION = b\n",
    "default twice, prefixed last": "[default]\nregion = a\nx = y\n[profile default]\nregion = b\n",
    "default twice, prefixed first": "[profile default]\nregion = b\n[default]\na = b\nx = y\n",
    "DEFAULT in config": "[DEFAULT]\nregion = a\n[profile p]\noutput = json\n",
    "colon": "[profile p]\nregion: a\n",
    "inline comment": "[profile p]\nregion = a # b\noutput = c;d\n",
    "inline comment in a value of its own": "[profile p]\nregion = # b\n",
    "comment after a header": "[profile p] # c\nregion = a\n[profile q]; c\nregion = b\n",
    "header with a bracket in its comment": "[profile p] # was [old]\nregion = a\n",
    "indented comment": "[profile p]\nregion = a\n  # b\noutput = json\n",
    "indented section after a key": "[profile p]\nregion = a\n  [profile q]\noutput = json\n",
    "indented first section": "  [profile p]\n  region = a\n",
    "name in double quotes": '[profile "foo bar"]\nregion = a\n',
    "name in quotes without need": "[profile 'x']\nregion = a\n[profile \"z\"]\nregion = b\n",
    "two words": "[profile foo bar]\nregion = a\n",
    "open quote": '[profile "foo]\nregion = a\n',
    "apostrophe": "[profile bob's]\nregion = a\n",
    "blanks around the name": "[profile   bar  ]\nregion = a\n",
    "tab before the name": "[profile\tbar]\nregion = a\n",
    "blank before the word": "[ profile baz ]\nregion = a\n[ default ]\nregion = b\n",
    "no blank": "[profilefoo]\nregion = a\n",
    "longer word": "[profiles x]\nregion = a\n",
    "backslash in a name": "[profile a\\b]\nregion = a\n",
    "name without letters": "[profile '']\nregion = a\n",
    "no name": "[profile]\nregion = a\n[ ]\nregion = b\n",
    "empty value": "[profile p]\nregion =\n",
    "line without =": GOOD + "region\n",
    "line without key": GOOD + "= b\n",
    "key before any section": "region = a\n" + GOOD,
    "value in quotes": '[profile p]\nregion = "a"\n',
    "nested block": "[profile p]\ns3 =\n  Max = 5 # five\n\n  b=6\nregion = a\n",
    "nested line without =": GOOD + "s3 =\n  nothing\n",
    "nested line without key": GOOD + "s3 =\n  = 5\n",
    "continuation with a blank line": "[profile p]\nnote = one\n\n  two # three\nregion = a\n",
    "empty profile": "[profile p]\n",
    "name beyond ASCII": "[profile b\u00fcro]\nregion = a\n",
    "capitals beyond ASCII in a key": "[profile p]\n\u00c9TAT = a\n",
    "header without ]": GOOD + "[profile p\nregion = a\n",
    "header without ] that has a =": GOOD + "[profile a=b\nregion = a\n",
    "nothing in the brackets": GOOD + "[]\nregion = a\n",
    "merge conflict": GOOD
    + "<<<<<<< ours\noutput = json\n=======\noutput = text\n>>>>>>> theirs\n",
    "brackets in a name": "[profile a[1]/x]\nregion = a\n[profile a[1]/y]\nregion = b\n",
    "one profile in two ways": '[profile "dev"]\nregion = a\nx = b\n[profile dev]\nregion = c\n',
    "one profile in three ways, two of them twice": "[profile dev]\na = 1\n[profile  dev]\nb = 1\n"
    "[profile \t dev]\nc = 1\n[profile dev]\nd = 1\n[profile \t dev]\ne = 1\n",
    "one profile in ways that botocore does not read": "[profile a b]\na = 1\n[ profile 'a b']\nb = 1\n"
    "[profile  a b ]\nc = 1\n",
    "one profile in ways that botocore reads and does not": "[ profile dev]\na = 1\n[profile dev]\n"
    "b = 1\n[profile a b]\nc = 1\n[profile 'a b']\nd = 1\n[ profile default]\ne = 1\n[default]\nf = 1\n",
    "default in two ways": "[profile 'default']\na = 1\n[default]\nb = 1\n[profile default]\nc = 1\n",
    "comment before the delimiter": "[profile p]\nkey # c = v\nregion = a\n",
    "comment for a block": "[profile p]\ns3 = # c\n  word\n  a = b\n",
    "returns and newlines": "[profile p]\r\r\nregion = a\routput = json\n\r[profile q]\r",
    "header without ] that goes on": GOOD + "[profile a=b\n  [profile q]\nregion = a\noutput = b\n",
    "header without name that goes on": GOOD + "[]=b\n  region = c\noutput = b\n",
    "blanks that only Python knows, in a header": "[profile\u00a0a]\nregion = a\n[profile b\u2003]\n"
    "region = b\n\u3000[profile c]\u00a0\nregion = c\n",
    "indentation with blanks that only Python knows": "[profile p]\n\u3000note = a\n  b\n\u00a0c = d\n",
    "one session in two ways": SESSION
    + f"[sso-session  s]\nsso_start_url = {URL}/2\nsso_region = a\n",
    "non-breaking space behind an account": SESSION
    + "[profile p]\n"
    + SSO.replace("3333", "3333\u00a0"),
    "non-breaking space in a line of its own": GOOD + "\u00a0\noutput = json\n",
    "non-breaking space before a key": GOOD + "\u00a0output = json\n",
    "line separator in a block": GOOD + "s3 =\n  a = 1\u2028b\n",
    "half keys": "[profile p]\naws_access_key_id = A\n",
    "secret alone": "[profile p]\naws_secret_access_key = S\n",
    "web identity without role": "[profile p]\nweb_identity_token_file = /tmp/token\n",
    "credential_source alone": "[profile p]\ncredential_source = Environment\n",
    "credential_source that nobody knows": "[profile p]\n"
    + ROLE
    + "credential_source = environment\n",
    "chain to credential_source alone": "[profile p]\n"
    + ROLE
    + "source_profile = q\n[profile q]\ncredential_source = Environment\n",
    "chain to credential_source": "[profile p]\n"
    + ROLE
    + "source_profile = q\n[profile q]\n"
    + ROLE
    + "credential_source = Environment\n",
    "chain to nothing": "[profile p]\n" + ROLE + "source_profile = q\n[profile q]\nregion = a\n",
    "chain to nowhere": "[profile p]\n" + ROLE + "source_profile = q\n",
    "chain in a circle": "[profile p]\n"
    + ROLE
    + "source_profile = q\n[profile q]\n"
    + ROLE
    + "source_profile = p\n",
    "chain to itself with keys": "[profile p]\n" + ROLE + "source_profile = p\n" + KEYS,
    "chain to itself without": "[profile p]\n" + ROLE + "source_profile = p\n",
    "chain to half keys": "[profile p]\n"
    + ROLE
    + "source_profile = q\n[profile q]\naws_access_key_id = A\n",
    "role without source": "[profile p]\n" + ROLE,
    "role with both sources": "[profile p]\n"
    + ROLE
    + "source_profile = p\ncredential_source = Environment\n",
    "empty account beside keys": "[profile p]\nsso_account_id =\n" + KEYS,
    "empty role_arn beside a process": "[profile p]\nrole_arn =\ncredential_process = /bin/true\n",
    "empty source": "[profile p]\n" + ROLE + "source_profile =\n",
    "empty start URL": "[profile p]\nsso_start_url =\nsso_region = a\n" + SSO.partition("\n")[2],
    "process with an open quote": "[profile p]\ncredential_process = 'open\n",
    "process that is empty": "[profile p]\ncredential_process =\n",
    "session that is not there": "[profile p]\n" + SSO,
    "session without region, for a token": "[profile p]\nsso_session = s\n"
    + SESSION.replace("sso_region", "x"),
    "session that contradicts": SESSION + "[profile p]\n" + SSO + "sso_region = us-east-1\n",
    "account without role": SESSION + f"[profile p]\nsso_session = s\nsso_account_id = {ACCOUNT}\n",
    "account of eleven digits": SESSION + "[profile p]\n" + SSO.replace("3333", "333"),
    "region that is a block": SESSION + "[profile p]\n" + SSO + "region =\n  a = b\n",
    "account that is a block": SESSION
    + "[profile p]\n"
    + SSO.replace(f"= {ACCOUNT}", "=\n  a = b"),
    "role that is a block": "[profile p]\nrole_arn =\n  a = b\nsource_profile = q\n[profile q]\n"
    + KEYS,
    "login": f"[profile p]\nlogin_session = arn:aws:iam::{ACCOUNT}:user/jo\n",
}

# Title to credentials file.
CREDENTIALS = {
    "keys": "[p]\n" + KEYS,
    "prefix": "[profile a]\n" + KEYS,
    "DEFAULT": "[DEFAULT]\nregion = a\n[p]\n" + KEYS,
    "blanks in the brackets": "[ p]\n" + KEYS,
    "blank after the name in credentials": "[p ]\n" + KEYS,
    "two words in credentials": "[two words]\n" + KEYS,
    "no name in credentials": "[ ]\n" + KEYS,
    "DEFAULT twice": "[DEFAULT]\nregion = a\n[p]\n" + KEYS + "[DEFAULT]\noutput = json\n",
    "DEFAULT twice with one key": "[DEFAULT]\nregion = a\n[p]\n" + KEYS + "[DEFAULT]\nregion = b\n",
    "DEFAULT with a key of its own": "[DEFAULT]\nregion = a\noutput = b\n[p]\nregion = c\n",
    "DEFAULT in blanks": "[ DEFAULT ]\nregion = a\n[p]\n" + KEYS,
    "blanks and none": "[p ]\nregion = a\n[p]\noutput = json\n[ p]\nregion = b\n",
    "header with a bracket in its comment in credentials": "[p] # was [old]\n" + KEYS,
    "half keys in credentials": "[p]\naws_access_key_id = A\n",
    "byte order mark in credentials": "\ufeff[p]\n" + KEYS,
    "brackets in a name in credentials": "[a[1]/x]\n" + KEYS + "[a[1]/y]\n" + KEYS,
}


def cases():
    for title, text in CONFIG.items():
        yield Case(title, config=text.encode())
    for title, text in CREDENTIALS.items():
        yield Case(title, credentials=text.encode())
    yield Case("latin-1", config=GOOD.encode() + b"# caf\xe9\n")
    yield Case("no files")
    yield Case("empty files", b"", b"")
    # Key by key the credentials file goes before the config file.
    both = SESSION + "[profile p]\n" + SSO + "region = eu-west-1\n"
    yield Case("both files", both.encode(), b"[p]\nregion = us-east-1\n" + KEYS.encode())
