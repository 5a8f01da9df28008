# SPDX-License-Identifier: Apache-2.0
"""<node> and <executable>: from attributes to a command, with the arguments that launch_ros would give."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from tektra.launch.elements import Element
from tektra.launch.packages import executable_of, prefix_of
from tektra.launch.spec import ParameterTree, ProcessSpec, Scalar
from tektra.launch.substitutions import Context, expand, expand_command, split_words, truth

#: The variable in which launch keeps the namespace that <push-ros-namespace> made.
NAMESPACE = "ros_namespace"
PROCESS = ("name", "output", "respawn", "respawn_delay", "launch-prefix")
NODE = ("pkg", "exec", "namespace", "args", *PROCESS, "if", "unless")
OUTPUTS = ("screen", "log", "both", "own_log", "full")
TYPES = {"bool": bool, "int": int, "float": float, "str": str}


def join(base: str, namespace: str) -> str:
    """A namespace below another; an absolute one stands for itself. Always absolute, without a slash at its end."""
    joined = namespace if namespace.startswith("/") else f"{base.rstrip('/')}/{namespace}"
    return "/" + joined.strip("/")


def checked_namespace(element: Element, namespace: str) -> str:
    """The namespace, when ROS can use it. Raises ConfigError."""
    if not re.fullmatch(r"/|(/[A-Za-z_][A-Za-z0-9_]*)+", namespace) or "__" in namespace:
        element.refuse(
            f"namespace {namespace!r}", "use letters, digits and single _, each part beginning with a letter"
        )
    return namespace


def node(element: Element, context: Context) -> ProcessSpec:
    """One ROS node as a process. Raises ConfigError or SubstitutionError."""
    element.allow(NODE, ("param", "remap"))
    package, executable = expand(element.need("pkg"), context), expand(element.need("exec"), context)
    program = executable_of(package, executable, context.environment)
    if program is None:
        known = prefix_of(package, context.environment)
        what = (
            f"package {package!r} has no program {executable!r}"
            if known
            else f"package {package!r} is not installed"
        )
        element.refuse(what, "build the workspace (make setup), or mend the name")
    name = expand(element.attributes.get("name", ""), context)
    if name and not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
        element.refuse(f"node name {name!r}", "use letters, digits and _, beginning with a letter")
    base = context.variables.get(NAMESPACE, "")
    namespace = expand(element.attributes.get("namespace", ""), context)
    full = checked_namespace(element, join(base, namespace)) if base or namespace else ""
    command = [str(program), *expand_command(element.attributes.get("args", ""), context), "--ros-args"]
    command += ["-r", f"__node:={name}"] if name else []
    command += ["-r", f"__ns:={full}"] if full else []
    label = "/".join(part for part in (base.strip("/"), name or executable) if part)
    made = process(element, context, command, label=label)
    return replace(
        made,
        package=package,
        executable=executable,
        node=join(full, name) if name else "",
        parameters=tuple(_parameter(child, context) for child in element.children if child.tag == "param"),
        remaps=tuple(_remap(child, context) for child in element.children if child.tag == "remap"),
    )


def process(element: Element, context: Context, command: list[str], *, label: str = "") -> ProcessSpec:
    """What <node> and <executable> have in common. `label` is the name in the log, else `name` or the program's."""
    attributes = element.attributes
    if expand(attributes.get("output", "screen"), context) not in OUTPUTS:
        element.refuse(f"output {attributes['output']!r}", f"give one of {', '.join(OUTPUTS)}")
    prefix = split_words(expand(attributes.get("launch-prefix", ""), context))
    return ProcessSpec(
        name=label or expand(attributes.get("name", Path(command[0]).name), context),
        command=(*prefix, *command),
        where=element.where,
        environment=dict(context.environment),
        cwd=expand(attributes["cwd"], context) if "cwd" in attributes else None,
        respawn=truth(expand(attributes.get("respawn", "false"), context)),
        respawn_delay_s=_seconds(element, "respawn_delay"),
    )


def arguments(spec: ProcessSpec, files: list[Path]) -> list[str]:
    """The whole command of a process; `files` are the parameter files in order, those written for it included."""
    command = list(spec.command)
    for file in files:
        command += ["--params-file", str(file)]
    for source, target in spec.remaps:
        command += ["-r", f"{source}:={target}"]
    return command


def _seconds(element: Element, name: str) -> float:
    text = element.attributes.get(name, "0")
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0.0 <= seconds < 3600.0:
        element.refuse(f"{name} {text!r}", "give seconds, 0 or more")
    return seconds


def _remap(element: Element, context: Context) -> tuple[str, str]:
    element.allow(("from", "to"))
    return expand(element.need("from"), context), expand(element.need("to"), context)


def _parameter(element: Element, context: Context) -> Path | ParameterTree:
    if "from" in element.attributes:
        element.allow(("from",))
        file = Path(expand(element.attributes["from"], context))
        if not file.is_file():
            element.refuse(f"parameter file {file} is not there", "give the path of a YAML file")
        return file.absolute()
    return {expand(element.need("name"), context): _content(element, context)}


def _content(element: Element, context: Context) -> ParameterTree | Scalar | list[Scalar]:
    """The value of a <param>, or the mapping of those nested in it."""
    if element.children:
        element.allow(("name",), ("param",))
        return {expand(child.need("name"), context): _content(child, context) for child in element.children}
    element.allow(("name", "value", "type"))
    text, kind = expand(element.need("value"), context), element.attributes.get("type", "")
    value = _value(text, kind)
    if value is None:
        element.refuse(
            f"value {text!r} is no {kind or 'number, truth value, text or list'}", "mend it, or its type"
        )
    return value


def _value(text: str, kind: str) -> Scalar | list[Scalar] | None:
    """The value by the type given, else by YAML's rules, as launch_ros reads it; None when it does not fit."""
    if kind == "str" or not text:
        return text
    try:
        value = yaml.safe_load(text)
    except yaml.YAMLError:
        return None
    if kind.startswith("list_of_") or (not kind and isinstance(value, list)):
        items: list[Any] = value if isinstance(value, list) else [None]
        expected = kind.removeprefix("list_of_").removesuffix("s")
        return items if _uniform(items, expected) else None
    if kind == "float" and type(value) is int:
        value = float(value)
    return value if _uniform([value], kind) else None


def _uniform(items: list[object], kind: str) -> bool:
    expected = TYPES.get(kind) if kind else type(items[0]) if items else str
    return expected in TYPES.values() and all(type(item) is expected for item in items)
