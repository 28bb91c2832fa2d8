"""Whether an installed package works: without numpy, Pillow or the source tree."""

import asyncio
import json
import sys
from importlib.metadata import version
from pathlib import Path

import imagegen


async def inspect(file: imagegen.Bytes) -> str:
    async with imagegen.AsyncRuntime() as runtime:
        return str((await runtime.images.inspect(file))["format"])


def main(pack_file: str) -> None:
    assert version("imagegen") == imagegen.__version__
    folder = Path(imagegen.__file__).parent
    assert (folder / "py.typed").exists() and (folder / "_native.pyi").exists()
    with imagegen.Runtime() as runtime:
        made = runtime.heroes.generate("wi-1", lifestyle_pack=json.loads(Path(pack_file).read_text()))["generated"]
        file = runtime.store.get(made[0]["filename"])
        assert len(made) == 9 and imagegen.decode(file).width == made[0]["width"]
        formats = runtime.describe()["formats"]
    assert asyncio.run(inspect(file)) == "webp"
    print(f"imagegen {imagegen.__version__} in {folder}: {len(made)} files, writes {', '.join(formats['write'])}")


if __name__ == "__main__":
    main(sys.argv[1])
