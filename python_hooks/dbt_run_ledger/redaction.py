"""Text without secrets, by the patterns of the macro secret_patterns(); a test compares the two."""
# ruff: noqa: E501 - cut in pieces, a pattern could not be compared with the macro by eye

from __future__ import annotations

import re
from collections.abc import Iterable

from dbt_run_ledger.errors import InputError

_NAME = (
    "(?:pass(?:word|wd|phrase|code)|secret|credentials?|(?:access|api|private|secret|account|master|encryption|signing)[-_ ]?key"
    "|(?:access|auth|api|id|refresh|session|security|oauth|sas|bot|deploy|personal|secret)[-_ ]?token)"
    "(?:_?[0-9]{1,3}|_(?:prod|production|dev|test|staging|old|new))?"
)
_ANY_NAME = "(?:token|pwd|" + _NAME + ")"
_EDGE = "(^|[^A-Za-z0-9_])"
_IS = "\\s{0,9}(?:=>|:=|[:=])\\s{0,9}"
PATTERNS = [
    [
        "-----BEGIN [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----(?:[\\s\\S]*?-----END [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----|[A-Za-z0-9+/=\\s\\\\]*)",
        "***",
    ],
    ["([A-Za-z][A-Za-z0-9+.-]{1,30}://[^:/?#@\\s\"']{0,128}):[^/\\s\"']{1,1024}@", "\\1:***@"],
    [_EDGE + "eyJ[A-Za-z0-9_-]{8,}[.][A-Za-z0-9_-]{4,}(?:[.][A-Za-z0-9_-]*)?", "\\1***"],
    [_EDGE + "A(?:KIA|SIA|BIA)[A-Z0-9]{16}", "\\1***"],
    [
        _EDGE
        + "(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}|gl(?:pat|dt|rt|cbt|ptt)-[A-Za-z0-9_.-]{16,}|x(?:ox[abeposr]|app)-[A-Za-z0-9-]{8,}"
        + "|npm_[A-Za-z0-9]{30,}|pypi-[A-Za-z0-9_-]{30,}|hf_[A-Za-z0-9]{20,}|dapi[0-9a-f]{32}|dckr_pat_[A-Za-z0-9_-]{20,}|AIza[A-Za-z0-9_-]{35}"
        + "|ya29[.][A-Za-z0-9_-]{20,}|SG[.][A-Za-z0-9_-]{16,}[.][A-Za-z0-9_-]{16,}|whsec_[A-Za-z0-9]{16,})",
        "\\1***",
    ],
    [
        _EDGE
        + "(?:[spr]k_(?:live|test)_[A-Za-z0-9]{10,}|sk-(?:proj|ant|svcacct|admin|or)-[A-Za-z0-9_-]{16,}|sk-[A-Za-z0-9]{20,})",
        "\\1***",
    ],
    ["(hooks[.]slack[.]com/(?:services|workflows)/)[A-Za-z0-9_/-]+", "\\1***"],
    [
        "(?i)(authorization[\"']?\\s{0,9}[:=]\\s{0,9}[\"']?(?:(?:bearer|basic|token|digest|apikey)\\s{1,9})?)[^\\s\"',;]+",
        "\\1***",
    ],
    [
        "(?i)(bearer|basic)(\\s{1,9})(?:[A-Za-z+/_.~-]*[0-9][A-Za-z0-9+/_.~-]{7,}=*|[A-Za-z0-9+/]{8,}={1,2})",
        "\\1\\2***",
    ],
    [
        "(?i)([?&;](?:sig|X-Amz-(?:Signature|Credential|Security-Token)|X-Goog-(?:Signature|Credential))=)[A-Za-z0-9%+/=_.-]{8,}",
        "\\1***",
    ],
    ["(?i)((?:SharedAccess|Account)Key(?:Value)?)=[A-Za-z0-9%+/=_-]{8,}", "\\1=***"],
    ["(?i)(--?" + _ANY_NAME + "[ =])[^\\s\"']+", "\\1***"],
    ["(?i)((?:password|identified by)\\s{1,9})'(?:[^']|'')*'", "\\1'***'"],
    [
        "(?i)("
        + _ANY_NAME
        + "[\"']?"
        + _IS
        + ")(?:\"(?:[^\"\\\\]|\\\\.)*\"|'(?:[^'\\\\]|''|\\\\.)*')",
        "\\1***",
    ],
    ["(?i)(" + _ANY_NAME + "\\\\{1,8}[\"']" + _IS + "\\\\{1,8}[\"'])[^\"'\\\\]+", "\\1***"],
    ["(?i)(" + _NAME + "[\"']?(?:=|:[ \\t]{0,9}))[^\\s\"',;&)}\\]]+", "\\1***"],
    ["(?i)((?:token|pwd)=)[^\\s\"',;&)}\\]/][^\\s\"',;&)}\\]]*", "\\1***"],
    [
        "(?i)("
        + _ANY_NAME
        + "[\"']?"
        + _IS
        + ")[^\\s\"',;&)}\\]0-9]{0,64}[0-9][^\\s\"',;&)}\\]]{7,}",
        "\\1***",
    ],
]


_COMPILED = [(re.compile(pattern), replacement) for pattern, replacement in PATTERNS]
_HALF_A_PAIR = re.compile("[\ud800-\udfff]")


def redact(text: str, own: Iterable[str] = ()) -> str:
    """What every warehouse can hold, without what looks like a secret. own: the project's patterns,
    run_ledger_redact_patterns."""
    text = _HALF_A_PAIR.sub("\ufffd", text.replace("\x00", "\u2400"))
    for pattern, replacement in _COMPILED:
        text = pattern.sub(replacement, text)
    for word in own:
        try:
            text = re.sub(word, "***", text)
        except re.error as error:
            raise InputError(
                f"run_ledger_redact_patterns: expected regular expressions, got {word!r} ({error})."
            ) from error
    return text
