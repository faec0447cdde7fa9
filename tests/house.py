"""Rules of the house that no library checks: `python -m tests.house`. Prints what breaks them and exits with 1."""

import ast
import os
import re
import sys
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "portico"
# Said at the end of a line that asks for a company's things without naming the company.
EXEMPT = "# any company:"


def sources() -> Iterator[tuple[Path, str]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        if "migrations" not in path.parts:
            yield path, path.read_text()


def dead_settings() -> Iterator[str]:
    """A setting that is read from the environment and used by nobody."""
    text = (PACKAGE / "settings.py").read_text()
    rest = "\n".join(source for path, source in sources() if path.name != "settings.py")
    for name in re.findall(r"^([A-Z_]+) = .*_env\.", text, re.MULTILINE):
        used_here = len(re.findall(rf"\b{name}\b", text)) > 1
        django_reads_it = name in {"SECRET_KEY", "DEFAULT_FROM_EMAIL"}
        if not (used_here or django_reads_it or f"settings.{name}" in rest):
            yield f"portico/settings.py: {name} is read and never used"


def owned_models() -> dict[str, str]:
    """Models that belong to a company, by name, with the subject whose folder they are in."""
    from django.apps import apps

    return {
        model.__name__: model._meta.app_label
        for model in apps.get_models()
        if model.__module__.startswith("portico.") and "company" in {field.name for field in model._meta.get_fields()}
    }


def wandering_queries() -> Iterator[str]:
    """A model asked outside its subject's folder, or a company's things asked for without the company."""
    owned = owned_models()
    for path, source in sources():
        lines = source.splitlines()
        for statement in statements(ast.parse(source)):
            for name in managers_in(statement):
                if name not in owned:
                    continue
                place = f"{path.relative_to(ROOT)}:{statement.lineno}"
                if path.relative_to(PACKAGE).parts[0] != owned[name]:
                    yield f"{place}: {name}.objects outside {owned[name]}/"
                text = "\n".join(lines[statement.lineno - 1 : statement.end_lineno])
                if "company" not in text.replace(EXEMPT, "") and EXEMPT not in text:
                    yield f"{place}: {name}.objects without the company ({EXEMPT} reason)"


def statements(tree: ast.Module) -> Iterator[ast.stmt]:
    """The innermost statements."""
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt) and not any(
            isinstance(child, ast.stmt) for child in ast.walk(node) if child is not node
        ):
            yield node


def managers_in(statement: ast.stmt) -> Iterator[str]:
    for node in ast.walk(statement):
        if isinstance(node, ast.Attribute) and node.attr == "objects" and isinstance(node.value, ast.Name):
            yield node.value.id


def missing_migrations() -> Iterator[str]:
    from django.core.management import call_command

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # no database is up, and none is needed
            call_command("makemigrations", check=True, dry_run=True, verbosity=0)
    except SystemExit:
        yield "the models have changed and no migration says so: run makemigrations"


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update({"PORTICO_DATA": folder, "DJANGO_SETTINGS_MODULE": "portico.settings"})
        import django

        django.setup()
        broken = [*dead_settings(), *wandering_queries(), *missing_migrations()]
    sys.stdout.write("".join(f"{line}\n" for line in broken) or "The house is in order.\n")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
