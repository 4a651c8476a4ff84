from collections.abc import Callable

import pytest

from dev.lint.problem import Problem

Find = Callable[[str, dict[str, str]], list[Problem]]
CHECK = "sizes"
EXCEPTIONS = "dev/lint/size_exceptions.txt"


def macro(lines: int) -> str:
    return "{% macro x() %}\n" + "select 1\n" * (lines - 2) + "{% endmacro %}\n"


def function(lines: int, docstring: str = "") -> str:
    return f"def f() -> None:\n{docstring}" + "    print(1)\n" * (lines - 1)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("macros/x.sql", macro(40)),
        ("macros/x.sql", "{# why #}\n" * 80 + macro(40)),
        ("dev/x.py", function(40)),
        ("dev/x.py", function(40, '    """One.\n\n    Two.\n    """\n')),
        ("dev/x.py", "x = 1\n" * 400),
        ("dev/target/x.py", "x = 1\n" * 401),
        ("models/x.sql", "select 1\n" * 200),
    ],
)
def test_up_to_the_limit_passes(find: Find, path: str, text: str) -> None:
    assert find(CHECK, {path: text}) == []


@pytest.mark.parametrize(
    ("path", "text", "target", "line"),
    [
        ("macros/x.sql", "\n" + macro(41), "macros/x.sql::x", 2),
        ("macros/x.sql", "{# why #}\n" * 81 + macro(40), "macros/x.sql", 1),
        ("dev/x.py", "\n" + function(41), "dev/x.py::f", 2),
        ("python_hooks/a/x.py", "x = 1\n" * 401, "python_hooks/a/x.py", 1),
        ("integration_tests/functional/x.py", "async " + function(41), "::f", 1),
    ],
)
def test_over_it_is_reported_until_it_has_a_reason(
    find: Find, path: str, text: str, target: str, line: int
) -> None:
    (problem,) = find(CHECK, {path: text})
    assert target in problem.message
    assert problem.line == line
    whole = target if "/" in target else path + target
    allowed = f"# reasons\n\n{whole}: One table reads better whole.\n"
    assert find(CHECK, {path: text, EXCEPTIONS: allowed}) == []


def test_a_method_is_measured_too(find: Find) -> None:
    body = "".join(f"    {line}\n" for line in function(41).splitlines())
    assert len(find(CHECK, {"dev/x.py": "class C:\n" + body})) == 1


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("macros/x.sql::x", "a reason of three words"),
        ("macros/x.sql::x: long", "a reason of three words"),
        ("macros/gone.sql: It was a long table.", "nothing of the kind"),
    ],
)
def test_an_exception_needs_a_reason_and_a_use(find: Find, line: str, said: str) -> None:
    (problem,) = find(CHECK, {EXCEPTIONS: line})
    assert said in problem.message
