"""What a hub tells over HTTP, and to whom."""

from http import HTTPStatus

from constellation.hub.api import Api
from tests.constellation.hub.pretend import Rig


def api() -> Api:
    rig = Rig()
    rig.connect("d1", metadata={"platform": "linux", "system_info": {"hostname": "a"}})
    rig.connect("g", "constellation")
    return Api(rig.clients, lambda: 2.5)


def test_health_needs_no_token_and_tells_nothing() -> None:
    answer = api().answer("/api/health?x=1", is_trusted=False)
    assert (answer.status, answer.body) == (HTTPStatus.OK, {"status": "healthy"})


def test_the_list_needs_the_token() -> None:
    assert api().answer("/api/clients", is_trusted=False).status is HTTPStatus.UNAUTHORIZED
    assert api().answer("/api/else", is_trusted=False).status is HTTPStatus.UNAUTHORIZED
    assert api().answer("/api/else", is_trusted=True).status is HTTPStatus.NOT_FOUND


def test_S2_11_the_list_names_everybody_and_describes_devices() -> None:
    answer = api().answer("/api/clients", is_trusted=True)
    assert answer.body["online_clients"] == ["d1", "g"]
    (device,) = answer.body["devices"]
    assert device == {
        "device_id": "d1",
        "platform": "linux",
        "accepts": ["ack", "cancel", "plans", "progress", "task_end"],
        "connected_s": 2.5,
        "system_info": {"hostname": "a"},
    }
