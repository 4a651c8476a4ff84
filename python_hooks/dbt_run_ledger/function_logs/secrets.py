"""Secrets in log lines: the patterns of the macro secret_patterns(), for where there is no dbt.

A contract test holds the two lists together.
"""

from __future__ import annotations

import re

HIDDEN = "***"
_EDGE = "(^|[^A-Za-z0-9_])"
_IS = r"\s{0,9}(?:=>|:=|[:=])\s{0,9}"
# A name counts when it ends in one of these: password_hash_algorithm and token_id are no secrets.
_NAME = (
    "(?:pass(?:word|wd|phrase|code)|secret|credentials?"
    "|(?:access|api|private|secret|account|master|encryption|signing)[-_ ]?key"
    "|(?:access|auth|api|id|refresh|session|security|oauth|sas|bot|deploy|personal|secret)[-_ ]?token)"
    "(?:_?[0-9]{1,3}|_(?:prod|production|dev|test|staging|old|new))?"
)
_ANY_NAME = f"(?:token|pwd|{_NAME})"
PATTERNS: tuple[tuple[str, str], ...] = (
    (
        (
            "-----BEGIN [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----(?:[\\s\\S]*?"
            "-----END [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----|[A-Za-z0-9+/=\\s\\\\]*)"
        ),
        HIDDEN,
    ),
    ("([A-Za-z][A-Za-z0-9+.-]{1,30}://[^:/?#@\\s\"']{0,128}):[^/\\s\"']{1,1024}@", r"\1:***@"),
    (_EDGE + "eyJ[A-Za-z0-9_-]{8,}[.][A-Za-z0-9_-]{4,}(?:[.][A-Za-z0-9_-]*)?", r"\1***"),
    (_EDGE + "A(?:KIA|SIA|BIA)[A-Z0-9]{16}", r"\1***"),
    (
        _EDGE + "(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}"
        "|gl(?:pat|dt|rt|cbt|ptt)-[A-Za-z0-9_.-]{16,}|x(?:ox[abeposr]|app)-[A-Za-z0-9-]{8,}"
        "|npm_[A-Za-z0-9]{30,}|pypi-[A-Za-z0-9_-]{30,}|hf_[A-Za-z0-9]{20,}|dapi[0-9a-f]{32}"
        "|dckr_pat_[A-Za-z0-9_-]{20,}|AIza[A-Za-z0-9_-]{35}"
        "|ya29[.][A-Za-z0-9_-]{20,}|SG[.][A-Za-z0-9_-]{16,}[.][A-Za-z0-9_-]{16,}"
        "|whsec_[A-Za-z0-9]{16,})",
        r"\1***",
    ),
    (
        _EDGE + "(?:[spr]k_(?:live|test)_[A-Za-z0-9]{10,}"
        "|sk-(?:proj|ant|svcacct|admin|or)-[A-Za-z0-9_-]{16,}|sk-[A-Za-z0-9]{20,})",
        r"\1***",
    ),
    ("(hooks[.]slack[.]com/(?:services|workflows)/)[A-Za-z0-9_/-]+", r"\1***"),
    (
        (
            "(?i)(authorization[\"']?\\s{0,9}[:=]\\s{0,9}[\"']?"
            "(?:(?:bearer|basic|token|digest|apikey)\\s{1,9})?)[^\\s\"',;]+"
        ),
        r"\1***",
    ),
    (
        (
            "(?i)(bearer|basic)(\\s{1,9})"
            "(?:[A-Za-z+/_.~-]*[0-9][A-Za-z0-9+/_.~-]{7,}=*|[A-Za-z0-9+/]{8,}={1,2})"
        ),
        r"\1\2***",
    ),
    (
        (
            "(?i)([?&;](?:sig|X-Amz-(?:Signature|Credential|Security-Token)"
            "|X-Goog-(?:Signature|Credential))=)[A-Za-z0-9%+/=_.-]{8,}"
        ),
        r"\1***",
    ),
    ("(?i)((?:SharedAccess|Account)Key(?:Value)?)=[A-Za-z0-9%+/=_-]{8,}", r"\1=***"),
    ("(?i)(--?" + _ANY_NAME + "[ =])[^\\s\"']+", r"\1***"),
    ("(?i)((?:password|identified by)\\s{1,9})'(?:[^']|'')*'", r"\1'***'"),
    (
        "(?i)(" + _ANY_NAME + "[\"']?" + _IS + ")"
        "(?:\"(?:[^\"\\\\]|\\\\.)*\"|'(?:[^'\\\\]|''|\\\\.)*')",
        r"\1***",
    ),
    (
        "(?i)(" + _ANY_NAME + "\\\\{1,8}[\"']" + _IS + "\\\\{1,8}[\"'])[^\"'\\\\]+",
        r"\1***",
    ),
    ("(?i)(" + _NAME + "[\"']?(?:=|:[ \\t]{0,9}))[^\\s\"',;&)}\\]]+", r"\1***"),
    ("(?i)((?:token|pwd)=)[^\\s\"',;&)}\\]/][^\\s\"',;&)}\\]]*", r"\1***"),
    (
        "(?i)(" + _ANY_NAME + "[\"']?" + _IS + ")"
        "[^\\s\"',;&)}\\]0-9]{0,64}[0-9][^\\s\"',;&)}\\]]{7,}",
        r"\1***",
    ),
)
_COMPILED = tuple((re.compile(pattern), by) for pattern, by in PATTERNS)
_SECRET_NAME = re.compile(f"(?i)(?:^|[^a-z0-9]|[a-z0-9])(?:authorization|cookie|{_ANY_NAME})$")
_HALF_A_PAIR = re.compile("[\ud800-\udfff]")


def without_secrets(text: str) -> str:
    """Text that every warehouse can hold and in which no known kind of secret stands."""
    text = _HALF_A_PAIR.sub("\ufffd", text.replace("\x00", "\u2400"))
    for pattern, by in _COMPILED:
        text = pattern.sub(by, text)
    return text


def value_without_secrets(value: object, name: str = "") -> object:
    """A JSON value without secrets, and so without the values of keys that name one."""
    if isinstance(value, dict):
        return {
            without_secrets(str(key)): value_without_secrets(inner, str(key))
            for key, inner in value.items()
        }
    if isinstance(value, list | tuple | set | frozenset):
        return [value_without_secrets(inner, name) for inner in value]
    if value is None or isinstance(value, bool):
        return value
    if name and _SECRET_NAME.search(name):
        return HIDDEN
    return value if isinstance(value, int | float) else without_secrets(str(value))
