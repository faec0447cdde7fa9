"""The sentences with which the core says no, or tells how things stand: found in its source, since it marks none."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

CONTEXT = "core"  # as portico/web/core_texts.py has it
FOLDERS = (
    "audit", "companies", "contacts", "content", "identity", "messaging", "openid", "outbox", "reports", "selling",
    "web",
)  # fmt: skip
FILES = ("errors.py",)
# Which argument of a refusal is its sentence.
REFUSALS = {
    "one": 2, "Problem": 2, "Conflict": 0, "Denied": 0, "Gone": 0, "ValueError": 0, "Outdated": 0, "Unreachable": 0,
    "Wrong": 1, "_fail": 1,
}  # fmt: skip
# Where sentences stand that are shown and refuse nothing: all texts with a blank in these functions and constants.
TELLING = {
    "contacts/importing/upkeep.py": ("_WHY",),
    "http/protections.py": ("loosened",),
    "audit/verifying.py": ("_broken_link", "verify_audit"),
    "identity/password_rules.py": ("checked_password",),
    "openid/scopes.py": ("SCOPES",),
    "outbox/webhooks/posting.py": ("post",),
    "reports/home.py": ("_warnings",),
}
_RULE = re.compile(r"^(?:[a-z_]+|%\(rule\)s): ")  # some sentences come with the short name of their rule before them


def find(package: Path) -> Iterator[str]:
    """Every sentence, a value in it as %(name)s."""
    yield "There is no such %(thing)s."
    for path in (
        *sorted(one for name in FOLDERS for one in (package / name).rglob("*.py")),
        *map(package.joinpath, FILES),
    ):
        if "migrations" not in path.parts:
            yield from refusals(ast.parse(path.read_text()))
    for name, places in TELLING.items():
        yield from told(ast.parse((package / name).read_text()), places)


def refusals(tree: ast.Module) -> Iterator[str]:
    constants = dict(named_texts(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from of_call(node, constants)
        elif isinstance(node, ast.ClassDef):
            yield from (text for name, text in named_texts(node) if name == "sentence")


def named_texts(tree: ast.Module | ast.ClassDef) -> Iterator[tuple[str, str]]:
    for node in tree.body:
        target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
        value = getattr(node, "value", None)
        if isinstance(target, ast.Name) and isinstance(value, ast.Constant) and isinstance(value.value, str):
            yield target.id, value.value


def of_call(call: ast.Call, constants: dict[str, str]) -> Iterator[str]:
    name = name_of(call.func)
    if name == "NotFound" and len(call.args) == 1 and isinstance(call.args[0], ast.Constant):
        yield f"There is no such {call.args[0].value!s}."
    place = REFUSALS.get(name)
    if place is None or len(call.args) <= place:
        return
    argument = call.args[place]
    text = constants.get(argument.id, "") if isinstance(argument, ast.Name) else sentence(argument)
    text = _RULE.sub("", text, count=1) if name == "ValueError" else text
    if " " in text:
        yield text


def sentence(node: ast.expr) -> str:
    """The text of a constant or an f-string, "" for anything else."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if not isinstance(node, ast.JoinedStr):
        return ""
    parts, values = [], dict[str, str]()
    for part in node.values:
        if isinstance(part, ast.FormattedValue):
            parts.append(f"%({named(part.value, values)})s")
        elif isinstance(part, ast.Constant):
            parts.append(str(part.value).replace("%", "%%"))
    return "".join(parts)


def named(value: ast.expr, values: dict[str, str]) -> str:
    """A name for this value in its sentence, another one for another value."""
    name, written = name_of(value).strip("_").lower() or "value", ast.unparse(value)
    while values.setdefault(name, written) != written:
        name += "_too"
    return name


def name_of(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Call(func=ast.Attribute(attr="join"), args=[first, *_]):
            return name_of(first)
        case ast.Call(func=function):
            return name_of(function)
        case ast.BinOp(left=left):
            return name_of(left)
        case ast.Subscript(value=held):
            return name_of(held)
    return ""


def told(tree: ast.Module, places: tuple[str, ...]) -> Iterator[str]:
    """Texts with a blank in these functions and constants, but for what explains them."""
    for node in tree.body:
        name = (
            node.name if isinstance(node, ast.FunctionDef) else name_of(getattr(node, "target", None) or ast.Name(""))
        )
        if name not in places:
            continue
        inside = {id(part) for one in ast.walk(node) if isinstance(one, ast.JoinedStr) for part in one.values}
        explaining = {id(one.value) for one in ast.walk(node) if isinstance(one, ast.Expr)}
        for one in ast.walk(node):
            if isinstance(one, ast.Constant | ast.JoinedStr) and id(one) not in inside | explaining:
                text = sentence(one)
                if " " in text.strip():
                    yield text
