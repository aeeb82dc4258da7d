"""What runs of notebooks left behind that ended before they tidied up."""

from __future__ import annotations

from typing import Any

import docker

from workbench.doctor.finding import ProbeResult, Question
from workbench.doctor.machine import Machine
from workbench.doctor.probing import Probe
from workbench.engine import image_layers, image_list
from workbench.engine.labels import label_filter, own_session
from workbench.settings import LESSON, SESSION_LABEL, Paths
from workbench.system.locks import claim
from workbench.system.units import count, size


def leftovers(machine: Machine) -> ProbeResult:
    """Count what carries our label and belongs to no notebook that runs.

    The same on the command line: ``docker ps --all --size --filter label=containers-hands-on=lesson``, and so on.
    """
    client, ours = machine.client(), label_filter(LESSON)
    containers = _left(machine.around.paths, client.api.containers(all=True, size=True, filters=ours))
    images = _left(machine.around.paths, image_list.listed(client, filters=ours))
    networks = _left(machine.around.paths, client.api.networks(filters=ours))
    volumes = _left(machine.around.paths, client.api.volumes(filters=ours)["Volumes"] or [])
    kinds = {"container": containers, "image": images, "network": networks, "volume": volumes}
    found = [count(len(things), kind) for kind, things in kinds.items() if things]
    if not found:
        return ProbeResult("ok", "Nothing of ours is left over")
    written = sum(container.get("SizeRw") or 0 for container in containers)
    bytes_ = size(written + _added(client, images)) + (" and what is in volumes" if volumes else "")
    return ProbeResult("warning", f"{', '.join(found)} that no running notebook uses: {bytes_}", "./tutorial clean")


def _left(paths: Paths, things: list[dict[str, Any]]) -> list[dict[str, Any]]:
    labelled = {str((thing["Labels"] or {}).get(SESSION_LABEL, "")) for thing in things}
    left = {value for value in labelled if (session := own_session(value)) and not _runs(paths, session)}
    return [thing for thing in things if (thing["Labels"] or {}).get(SESSION_LABEL) in left]


def _runs(paths: Paths, session: str) -> bool:
    """Tell whether a notebook holds this session's claim."""
    try:
        _, lock = claim(paths, [session])
    except LookupError:
        return True
    lock.release()
    return False


def _added(client: docker.DockerClient, images: list[dict[str, Any]]) -> int:
    """Count the bytes that came on top of the base image; layers that several images share count once."""
    read = [image_layers.read(client, image["Id"]) for image in images]
    steps = [step for image in read for step in image.ours if step.layer]
    # Where the engine doesn't say which layer it is, the instruction tells.
    return sum({step.text if step.layer == image_layers.UNKNOWN else step.layer: step.size for step in steps}.values())


PROBES = (
    Probe(
        Question(
            "leftovers",
            "Is anything left of earlier runs?",
            "A notebook that was cut short leaves containers and images, which take names, ports and room.",
        ),
        leftovers,
    ),
)
