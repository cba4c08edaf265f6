"""The ways in which people and programs write headers and settings, for `str.format`."""

# What `str.isspace` calls a blank and hardly any other reader does; the last is none for it either.
BLANKS = "\u00a0\u2003\u3000\x0b\x0c\x1c\x1f\x85\u2028\u200b"

# Of the config file.
HEADERS = [
    '[{word} "{name}"]',
    "[{word} '{name}']",
    "[{word}  {quoted}]",
    "[{word}\t{quoted}]",
    "[{word} {quoted} ]",
    "[ {word} {quoted}]",
    "[{word} {name}]",
    "[{word}{quoted}]",
    "[{word}s {quoted}]",
    '[{word} "{name}]',
    "[{word} {quoted} more]",
    "[{name}]",
    "[{WORD} {quoted}]",
    "{plain} # was [old]",
    "{plain} # note",
    "{plain}; note",
    "{plain} text",
    "{plain}]",
    "[{plain}",
    "  {plain}",
    "[{word}{blank}{quoted}]",
    "[{word} {quoted}{blank}]",
    "{plain}{blank}",
    "{blank}{plain}",
    "[{word}]",
    "[{word} '']",
    "[{word} {quoted}#x]",
    "[{word} {quoted} #x]",
    "[plugins]",
    "[preview]",
    "{plain}={quoted}",
]
UNREADABLE_HEADERS = ["[{word} {quoted}", "[]", "[{word} {quoted} # no end", "{plain}\n{plain}"]

# Of the credentials file.
NAMES = [
    "[profile {name}]",
    "[ {name}]",
    "[{name} ]",
    "[ {name} ]",
    "['{name}']",
    '["{name}"]',
    "[{name}] # note",
    "[{name}]; note",
    "[{name}] # was [old]",
    "[{name}{blank}]",
    "  [{name}]",
    "[{blank}{name}]",
    "[sso-session {name}]",
    "[{name}]]",
    "[[{name}]",
    "[profile]",
    "[{name}\t]",
]
UNREADABLE_NAMES = ["[{name}", "[]", "[{name}]\n[{name}]"]

# Before the first section, and anywhere.
BEFORE = [["# a comment"], ["; a comment", ""], ["  # indented"], [" "]]
UNREADABLE_BEFORE = ["region = before", "x", "<<<<<<< HEAD", "= y"]
UNREADABLE = [["======="], [">>>>>>> theirs"], ["[open"], ["[]"], ["word"]]
BETWEEN = ["", "# note", "  ; note", " ", "\u00a0", "\x0c"]

# Settings as lines.
SETTINGS = [
    ["{KEY} = {value}"],
    ["{key}={value}"],
    ["{key}: {value}"],
    ["{key} :{value}"],
    ["{key} = {value} # note"],
    ["{key} = {value}\t; note"],
    ["{key} = {value}#note"],
    ["{key} = {value}{blank}"],
    ["{key}{blank}= {value}"],
    ["{key} ={blank}{value}"],
    ["{blank}{key} = {value}"],
    ["  {key} = {value}"],
    ['{key} = "{value}"'],
    ["{key} = {value}  "],
    ["{key} = {value}", "  more"],
    ["{key} = {value}", "  more = most"],
    ["{key} = # note"],
    ["{key} ="],
    ["{key} =", "  {value}=1"],
    ["{key} = = {value}"],
    ["{key} = {value}\u200b"],
    ["{key} = {value}", "{blank}more"],
    ["{key} = {value}{blank}# note"],
    ["{key}\u0130 = {value}"],
    ["{key} = {value}", "  # note", "", "  more"],
    ["\u212a{key} = {value}"],
    ["{key} = {value}\0"],
    ["{key} = {value}", "  [profile inner]"],
    ["#{key} = {value}"],
    ["{key} b = {value}"],
]
BLOCKS = [
    ["s3 =", "  Max_Queue = 5", "  # note", "  b = 6 # six"],
    ["s3 =", "", "\tx = 1", "  y=", "  z : 2 = 3"],
    ["s3 = ", "    "],
    ["s3 =", "  = 5"],
    ["note = one", "  two", "", "  three # four"],
    ["note =", "  x=1\u20282"],
]
UNREADABLE_SETTINGS = [
    ["s3 =", "  nothing here"],
    ["word"],
    ["= value"],
    [": value"],
    ["k = 1", "K = 2"],
    ["same = 1", "same = 2"],
    ["s3 =", "  a : b"],
    ["note = a\rb"],
    ["<<<<<<< ours"],
]
