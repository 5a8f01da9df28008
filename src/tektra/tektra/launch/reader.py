# SPDX-License-Identifier: Apache-2.0
"""Reads a launch file to a LaunchPlan. What it does not know it refuses, naming file and line.

Scopes are those of ROS 2 launch: arguments and variables live on after an <include>, and end with a <group>; an
argument that is already set keeps its value.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from tektra.common.errors import ConfigError
from tektra.launch import nodes
from tektra.launch.elements import Element, read_xml
from tektra.launch.packages import share_of
from tektra.launch.spec import Argument, LaunchPlan, ProcessSpec
from tektra.launch.substitutions import Context, SubstitutionError, expand, expand_command, truth

CONDITIONS = ("if", "unless")
MAX_DEPTH = 16


def read_launch(file: Path, arguments: Mapping[str, str], environment: Mapping[str, str]) -> LaunchPlan:
    """What the file asks for with these arguments. Starts nothing. Raises ConfigError naming file and line."""
    root = read_xml(file.absolute())
    declared = declared_arguments(root)
    names = [entry.name for entry in declared]
    for name in arguments:
        if name not in names:
            known = ", ".join(names) or "none"
            raise ConfigError(f"{file}: no launch argument is called {name!r}", f"use one of {known}")
    reader = _Reader()
    given = dict(environment)
    context = Context(
        dict(arguments), given, root.where.file.parent, lambda package: share_of(package, given)
    )
    reader.file(root, context)
    return LaunchPlan(tuple(reader.processes), tuple(declared), frozenset(reader.node_names))


def declared_arguments(root: Element) -> list[Argument]:
    """The arguments that a file declares at its top."""
    found = []
    for element in root.children:
        if element.tag == "arg":
            element.allow(("name", "default", "description", *CONDITIONS), ("choice",))
            choices = tuple(child.need("value") for child in element.children)
            attributes = element.attributes
            found.append(
                Argument(
                    element.need("name"),
                    attributes.get("default"),
                    attributes.get("description", ""),
                    choices,
                )
            )
    return found


class _Reader:
    """Walks the elements in order; collects processes."""

    def __init__(self) -> None:
        self.processes: list[ProcessSpec] = []
        self.node_names: set[str] = set()
        self._depth = 0
        self._tags: dict[str, Callable[[Element, Context], None]] = {
            "arg": self._arg,
            "let": self._let,
            "group": self._group,
            "push-ros-namespace": self._push,
            "push_ros_namespace": self._push,
            "include": self._include,
            "node": self._node,
            "set_env": self._set_env,
            "executable": self._executable,
        }

    def file(self, root: Element, context: Context) -> None:
        """Walks one file."""
        if root.tag != "launch":
            root.refuse(f"the root is <{root.tag}>", "a launch file is <launch> ... </launch>")
        root.allow((), tuple(self._tags))
        self._walk(root.children, context)

    def _walk(self, elements: list[Element], context: Context) -> None:
        for element in elements:
            if element.tag not in self._tags:
                known = ", ".join(f"<{tag}>" for tag in self._tags)
                element.refuse(f"<{element.tag}> is not known here", f"use {known}")
            try:
                if self._wanted(element, context):
                    self._tags[element.tag](element, context)
            except SubstitutionError as fault:
                element.refuse(str(fault), f"mend this <{element.tag}>")

    def _wanted(self, element: Element, context: Context) -> bool:
        given = [name for name in CONDITIONS if name in element.attributes]
        if len(given) == 2:
            element.refuse(f"<{element.tag}> has both if and unless", "give one of them")
        if not given:
            return True
        holds = truth(expand(element.attributes[given[0]], context)) == (given[0] == "if")
        if not holds:
            self._note_names(element, context)
        return holds

    def _note_names(self, element: Element, context: Context) -> None:
        if element.tag == "node" and "$" not in element.attributes.get("name", "$"):
            self.node_names.add(element.attributes["name"])
        for child in element.children:
            self._note_names(child, context)

    def _arg(self, element: Element, context: Context) -> None:
        element.allow(("name", "default", "description", *CONDITIONS), ("choice",))
        name = element.need("name")
        if name not in context.variables:
            if "default" not in element.attributes:
                element.refuse(f"launch argument {name!r} is not given", f"give {name}:=VALUE")
            context.variables[name] = expand(element.attributes["default"], context)
        choices = [child.need("value") for child in element.children]
        if choices and context.variables[name] not in choices:
            element.refuse(f"{name}:={context.variables[name]}", f"give one of {', '.join(choices)}")

    def _let(self, element: Element, context: Context) -> None:
        element.allow(("name", "value", *CONDITIONS))
        context.variables[element.need("name")] = expand(element.need("value"), context)

    def _group(self, element: Element, context: Context) -> None:
        element.allow(("scoped", *CONDITIONS), tuple(self._tags))
        scoped = truth(expand(element.attributes.get("scoped", "true"), context))
        self._walk(element.children, context.scoped() if scoped else context)

    def _push(self, element: Element, context: Context) -> None:
        element.allow(("namespace", *CONDITIONS))
        own = expand(element.need("namespace"), context)
        if not own.strip():
            element.refuse("the namespace is empty", "give a robot its name")
        namespace = nodes.join(context.variables.get(nodes.NAMESPACE, ""), own)
        context.variables[nodes.NAMESPACE] = nodes.checked_namespace(element, namespace)

    def _include(self, element: Element, context: Context) -> None:
        element.allow(("file", *CONDITIONS), ("arg", "let"))
        file = Path(expand(element.need("file"), context))
        if not file.is_file():
            element.refuse(f"{file} is not a file", "give the path of a launch file")
        if self._depth >= MAX_DEPTH:
            element.refuse(f"{file} is included {MAX_DEPTH} deep", "does it include itself?")
        for child in element.children:
            child.allow(("name", "value"))
            context.variables[child.need("name")] = expand(child.need("value"), context)
        outer, context.directory = context.directory, file.absolute().parent
        self._depth += 1
        self.file(read_xml(file), context)
        self._depth -= 1
        context.directory = outer

    def _set_env(self, element: Element, context: Context) -> None:
        element.allow(("name", "value", *CONDITIONS))
        context.environment[expand(element.need("name"), context)] = expand(element.need("value"), context)

    def _node(self, element: Element, context: Context) -> None:
        spec = nodes.node(element, context)
        self.node_names.add(spec.node.rpartition("/")[2])
        self.processes.append(spec)

    def _executable(self, element: Element, context: Context) -> None:
        element.allow(("cmd", "cwd", *nodes.PROCESS, *CONDITIONS))
        command = expand_command(element.need("cmd"), context)
        if not command:
            element.refuse('"cmd" is empty', "give a program and its arguments")
        process = nodes.process(element, context, command)
        self.processes.append(process)
