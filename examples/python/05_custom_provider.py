"""A provider of one's own, with async methods: 05_custom_provider.py PACK.json"""

import asyncio
import json
import sys
from typing import Any

import numpy

import imagegen


class Studio:
    """Asks a model in the house. One that answers later gives imagegen.ProviderTask(id), and is asked by resume(task)."""

    capability = {
        "provider": "studio",
        "model": "gradient-1",
        "paid": False,
        "takesSeed": True,
        "sizes": {"fixed": [[1024, 1024], [1536, 1024], [1024, 1536]]},
    }

    async def submit(self, prompt: str, width: int, height: int, seed: int | None) -> list[imagegen.Bytes]:
        if "forbidden" in prompt:
            # delivery says that the service has answered: nothing was bought
            raise imagegen.ContentRefusedError("not in this house", delivery="answered")
        pixels = await asyncio.to_thread(draw, width, height, seed or 0)
        return [imagegen.encode(pixels, "png")]

    async def check(self) -> None:
        """Used by runtime.provider.check(): raise what is wrong."""


def draw(width: int, height: int, seed: int) -> numpy.ndarray[Any, Any]:
    colour = numpy.random.default_rng(seed % 2**32).random(3)
    slope = numpy.linspace(0, 255, height)[:, None, None] * colour
    return numpy.broadcast_to(slope, (height, width, 3)).astype(numpy.uint8)


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as file:
        pack = json.load(file)
    with imagegen.Runtime({"store": "file:out"}, provider=Studio()) as runtime:
        made = runtime.heroes.generate("wi-1", lifestyle_pack=pack)
        print(len(made["generated"]), "files by", runtime.provider.describe()["model"])
