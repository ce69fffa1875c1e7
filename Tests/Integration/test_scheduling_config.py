"""Configuration of scheduling: where it comes from, how it is checked, and how it changes."""
import os
import signal
import subprocess

import pytest

from support.fleet import bin_dir
from support.scheduling import Picker, entries, picker_config

BY_LABEL = [
    {"type": "label-selector-filter", "name": "blue", "parameters": {"matchLabels": {"team": "blue"}}},
    {"type": "label-selector-filter", "name": "green", "parameters": {"matchLabels": {"team": "green"}}},
    "max-score-picker",
]


def only(team):
    return picker_config(BY_LABEL, {"default": [team, "max-score-picker"]})


def pool():
    return [
        {**entry, "labels": {"team": team}}
        for entry, team in zip(entries(2), ("blue", "green"))
    ]


def run(*arguments, environment=None):
    return subprocess.run(
        [bin_dir() / "warmpath", *map(str, arguments)],
        env={"PATH": os.environ["PATH"], **(environment or {})}, capture_output=True, text=True,
        timeout=30,
    )


@pytest.fixture(scope="module")
def picker(shared_processes):
    return Picker(shared_processes, pool(), only("blue"))


def test_a_changed_file_is_followed_and_a_broken_one_is_not(picker):
    assert picker.pick().endpoint == "127.1.0.1:8000"
    picker.config.replace(only("green"))
    picker.wait_for_metric(1, "warmpath_config_reloads_total", result="ok")
    assert picker.pick().endpoint == "127.1.0.2:8000"
    picker.config.replace(only("red"))
    picker.wait_for_metric(1, "warmpath_config_reloads_total", result="error")
    picker.wait_for_metric(0, "warmpath_config_last_reload_successful")
    assert picker.pick().endpoint == "127.1.0.2:8000"
    picker.config.replace(only("blue"))
    picker.wait_for_metric(1, "warmpath_config_last_reload_successful")
    assert picker.pick().endpoint == "127.1.0.1:8000"


def test_a_hangup_has_the_file_read_again(picker):
    before = picker.metric("warmpath_config_reloads_total", result="ok")
    picker.warmpath.process.send_signal(signal.SIGHUP)
    picker.wait_for_metric(before + 1, "warmpath_config_reloads_total", result="ok")
    assert picker.pick().endpoint == "127.1.0.1:8000"


def test_requests_go_on_while_the_configuration_changes(picker):
    before = picker.metric("warmpath_config_reloads_total", result="ok")
    for number in range(1, 6):
        picker.config.replace(only(("blue", "green")[number % 2]))
        for _ in range(20):
            picker.pick()
        picker.wait_for_metric(before + number, "warmpath_config_reloads_total", result="ok")
    assert picker.pick().endpoint == "127.1.0.2:8000"
    picker.config.replace(only("blue"))
    picker.wait_for_metric(before + 6, "warmpath_config_reloads_total", result="ok")


def test_check_names_file_line_key_value_and_what_was_expected(tmp_path):
    path = tmp_path / "config.yaml"
    path.write_text("""apiVersion: llm-d.ai/v1alpha1
kind: EndpointPickerConfig
plugins:
- type: load-aware-scorer
  parameters:
    threshold: many
schedulingProfiles:
- name: default
  plugins:
  - pluginRef: load-aware-scorrer
    weight: -1
""")
    result = run("config", "check", path)
    assert result.returncode == 1
    for text in (str(path), "threshold", "many", "line 6", "load-aware-scorrer",
                 "load-aware-scorer", "line 10", "weight", "line 11"):
        assert text in result.stderr, (text, result.stderr)


def test_check_accepts_a_good_file_and_warns_of_what_is_not_here(tmp_path):
    path = tmp_path / "config.yaml"
    path.write_text("""apiVersion: inference.networking.x-k8s.io/v1alpha1
kind: EndpointPickerConfig
plugins:
- type: mm-embeddings-cache-scorer
- type: queue-scorer
schedulingProfiles:
- name: default
  plugins:
  - pluginRef: queue-scorer
  - pluginRef: mm-embeddings-cache-scorer
""")
    good = run("config", "check", path)
    assert good.returncode == 0, good.stderr
    assert "mm-embeddings-cache-scorer" in good.stderr
    strict = run("config", "check", path, "--strict-config")
    assert strict.returncode == 1 and "mm-embeddings-cache-scorer" in strict.stderr


def test_show_tells_each_value_and_who_gave_it(tmp_path):
    path = tmp_path / "config.yaml"
    path.write_text("""apiVersion: llm-d.ai/v1alpha1
kind: EndpointPickerConfig
plugins:
- type: load-aware-scorer
  parameters:
    threshold: 64
schedulingProfiles:
- name: default
  plugins:
  - pluginRef: load-aware-scorer
    weight: 2.5
""")
    shown = run("config", "show", "--config-file", path, "--fallback-endpoints", "1").stdout
    lines = {line.split()[0]: line for line in shown.splitlines() if line.strip()}
    assert any("threshold" in key and "64" in line and "config.yaml:6" in line
               for key, line in lines.items()), shown
    assert any("weight" in key and "2.5" in line for key, line in lines.items()), shown
    assert "--fallback-endpoints" in shown
    assert "default" in shown
    by_environment = run("config", "show", environment={
        "ENABLE_LOAD_AWARE_SCORER": "true", "LOAD_AWARE_SCORER_WEIGHT": "3",
    }).stdout
    assert "LOAD_AWARE_SCORER_WEIGHT" in by_environment, by_environment
