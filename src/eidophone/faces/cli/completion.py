"""completion: what a shell needs to complete what is typed, made of the options there are.

The script is made once and kept by the shell, so that no key waits for Python.
"""

from __future__ import annotations

import argparse
import shlex
from argparse import Namespace
from collections.abc import Iterator

from eidophone.faces.cli.commands import commands_of, parser
from eidophone.faces.cli.talk import OK, Talk
from eidophone.picture.recipe import PRESETS

_BASH = """\
_eidophone() {{
  local word command= words=
  local current=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD - 1]}}
  for word in "${{COMP_WORDS[@]:1:COMP_CWORD - 1}}"; do
    case $word in {names}) command=$word; break ;; esac
  done
  case "$command $before" in
{values}
    *) case $current in
      -*) case $command in
{options}
      esac ;;
      *) [[ -z $command ]] && words="{commands}" ;;
    esac ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}}
complete -o default -F _eidophone eidophone
"""

_ZSH = """\
#compdef eidophone
_eidophone() {{
  local word command= before=${{words[CURRENT-1]}}
  for word in ${{words[2,CURRENT-1]}}; do
    case $word in {names}) command=$word; break ;; esac
  done
  case "$command $before" in
{values}
    *) case ${{words[CURRENT]}} in
      -*) case $command in
{options}
      esac ;;
      *) [[ -z $command ]] && {{ local -a known=({commands}); _describe command known }}; _files ;;
    esac ;;
  esac
}}
if [[ $funcstack[1] == _eidophone ]]; then _eidophone "$@"; else compdef _eidophone eidophone; fi
"""


def run(options: Namespace, talk: Talk) -> int:
    """Print the script."""
    talk.say({"bash": _bash, "zsh": _zsh, "fish": _fish}[options.shell]())
    return OK


def _bash() -> str:
    return _filled(
        _BASH,
        [f'      "{where}") words="{" ".join(choices)}" ;;' for where, choices in _values()],
        [
            f'        {name or chr(34) * 2}) words="{" ".join(_long(one))}" ;;'
            for name, one in _parsers().items()
        ],
        " ".join(_commands()),
    )


def _zsh() -> str:
    return _filled(
        _ZSH,
        [f'    "{where}") compadd -- {" ".join(choices)} ;;' for where, choices in _values()],
        [
            f"        {name or chr(34) * 2}) local -a known=({_described(_long(one))}); "
            f"_describe option known ;;"
            for name, one in _parsers().items()
        ],
        _described(_commands()),
    )


def _fish() -> str:
    begin = "complete -c eidophone -n"
    lines = [
        f"{begin} __fish_use_subcommand -a {name} -d {shlex.quote(text)}"
        for name, text in _commands().items()
    ]
    for name, one in _parsers().items():
        when = f"'__fish_seen_subcommand_from {name}'" if name else "__fish_use_subcommand"
        for action in one._actions:
            choices = f" -a {shlex.quote(' '.join(_choices(action)))}" if _choices(action) else ""
            files = " -r" if action.dest == "recipe" or not choices else " -x"
            needs = "" if action.nargs == 0 else files
            about = f"{needs}{choices} -d {shlex.quote(_text(action))}"
            if action.option_strings:
                option = action.option_strings[-1].removeprefix("--")
                lines.append(f"{begin} {when} -l {option}{about}")
            elif name and choices:
                lines.append(f"{begin} {when}{about}")
    names = shlex.quote(" ".join(commands_of(parser())))
    lines.append(f"{begin} '__fish_seen_subcommand_from help' -x -a {names}")
    return "\n".join(lines)


def _filled(script: str, values: list[str], options: list[str], commands: str) -> str:
    return script.format(
        names="|".join(commands_of(parser())),
        values="\n".join(values),
        options="\n".join(options),
        commands=commands,
    )


def _parsers() -> dict[str, argparse.ArgumentParser]:
    """The parsers by the names of their commands; "": of none."""
    whole = parser()
    return {"": whole, **commands_of(whole)}


def _commands() -> dict[str, str]:
    """The commands, and what they do."""
    about = {name: one.description or "" for name, one in commands_of(parser()).items()}
    return about | {"help": "Show the options of a command, and examples."}


def _values() -> Iterator[tuple[str, list[str]]]:
    """After which commands and words there are choices, and which."""
    for name, one in commands_of(parser()).items():
        for action in one._actions:
            after = action.option_strings or [name]
            for word in after if _choices(action) else ():
                yield f"{name} {word}", _choices(action)
    yield " help", list(commands_of(parser()))


def _choices(action: argparse.Action) -> list[str]:
    """What there is to choose from; beside the presets, a recipe may be a file."""
    return list(PRESETS) if action.dest == "recipe" else list(map(str, action.choices or ()))


def _long(one: argparse.ArgumentParser) -> dict[str, str]:
    """The options of a parser, by what they do."""
    return {action.option_strings[-1]: _text(action) for action in _actions(one)}


def _actions(one: argparse.ArgumentParser) -> list[argparse.Action]:
    return [action for action in one._actions if action.option_strings]


def _text(action: argparse.Action) -> str:
    return (action.help or "").replace("%%", "%")


def _described(what: dict[str, str]) -> str:
    """Names with what they mean, as zsh takes them."""
    return " ".join(shlex.quote(f"{name}:{text}") for name, text in what.items())
