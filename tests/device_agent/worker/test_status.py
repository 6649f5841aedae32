"""What a worker inherits."""

from device_agent.worker.status import WorkerOptions


def test_secrets_are_not_inherited() -> None:
    environment = {
        "PATH": "/bin",
        "DEVICE_AGENT_TOKEN": "x",
        "DEVICE_AGENT_TOKEN_FILE": "/etc/token",
        "DEVICE_AGENT_ID": "d1",
        "OPENAI_API_KEY": "x",
    }
    options = WorkerOptions(environment, secrets=frozenset({"OPENAI_API_KEY"}))
    assert options.inherited == {"PATH": "/bin", "DEVICE_AGENT_ID": "d1"}
