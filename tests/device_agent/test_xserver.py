import pytest

from device_agent.errors import Failure, ToolError
from device_agent.xserver import answering, connect
from tests.x11 import running_x_server


def test_a_server_that_is_there_is_connected_to(x_server: str) -> None:
    connection = connect(x_server)
    assert connection.setup.roots
    connection.disconnect()


@pytest.mark.parametrize("name", [":54321", "nonsense", ""])
def test_one_that_is_not_is_no_session(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    with pytest.raises(ToolError) as refused:
        connect(name)
    assert refused.value.failure is Failure.NO_SESSION


def test_a_server_that_went_away_is_no_session() -> None:
    with running_x_server() as (name, server):
        connection = connect(name)
        server.kill()
        server.wait()
        with pytest.raises(ToolError) as lost, answering():
            connection.core.GetInputFocus().reply()
        assert lost.value.failure is Failure.NO_SESSION
        connection.disconnect()


def test_a_request_that_is_refused_fails_alone(x_server: str) -> None:
    connection = connect(x_server)
    with pytest.raises(ToolError) as refused, answering():
        connection.core.GetGeometry(0).reply()
    assert refused.value.failure is Failure.FAILED
    assert connection.core.GetInputFocus().reply()
    connection.disconnect()
