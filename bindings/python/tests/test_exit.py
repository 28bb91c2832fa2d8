"""Interpreters that end while work is in flight: no hang, no crash. Each runs in a process of its own.

IMAGEGEN_PYTHON_EXIT_RUNS says how often; 5 times where it is not set.
"""

from __future__ import annotations

import os
import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest
from conftest import make_pack, run_python

RUNS = int(os.environ.get("IMAGEGEN_PYTHON_EXIT_RUNS", "5"))

# An interpreter that can end only because the package stops waiting for its runtimes shall not pass for one that ends well: here
# it never stops, so that such a run is found to hang, on a slow machine as on a quick one.
COMMON = f"""
PACK = {make_pack(6, (640, 480))!r}
""" + """
import asyncio, gc, json, os, signal, sys, threading, time, imagegen
from concurrent.futures import ThreadPoolExecutor
imagegen._core.EXIT_SECONDS = 1e6
REQUEST = {"workItemId": "wi-1", "lifestylePack": PACK}
class Slow:
    capability = {}
    def __init__(self, wait): self.wait = wait
    def put(self, key, data, only_if_absent): self.wait()
    def get(self, key): self.wait()
    def head(self, key): self.wait()
    def remove(self, key): self.wait()
    def list(self, prefix, limit, after): self.wait()
began = threading.Event()
def forever():
    began.set()
    threading.Event().wait()
"""

# Each is a way for a process to end in the middle of something. What it should end with is 0 where nothing else is said.
PROGRAMS = {
    "work on the library's threads": """
runtime = imagegen.Runtime()
calls = [runtime.start("heroes.generate", REQUEST | {"workItemId": f"wi-{n}"}) for n in range(4)]
next(calls[0].progress())
""",
    "a method of the host that never returns": """
runtime = imagegen.Runtime(store=Slow(forever))
runtime.start("heroes.generate", REQUEST)
began.wait()
""",
    "an async method that never returns": """
class Never(Slow):
    async def head(self, key):
        began.set()
        await asyncio.Event().wait()
runtime = imagegen.Runtime(store=Never(None))
runtime.start("heroes.generate", REQUEST)
began.wait()
""",
    "a thread that waits for a call": """
runtime = imagegen.Runtime(store=Slow(forever))
def wait():
    try: runtime.heroes.generate("wi-1", lifestyle_pack=PACK)
    except imagegen.CancelledError: pass
threading.Thread(target=wait, daemon=True).start()
began.wait()
""",
    "a daemon thread that computes": """
pixels = memoryview(bytes(3000 * 3000 * 3)).cast("B", (3000, 3000, 3))
def compute():
    began.set()
    while True: imagegen.encode(pixels, "webp")
threading.Thread(target=compute, daemon=True).start()
began.wait()
time.sleep(0.02)
""",
    "a daemon thread that makes calls": """
runtime = imagegen.Runtime(store=Slow(lambda: None))
def work():
    while True:
        began.set()
        try: runtime.store.put("a", b"x" * 100000)
        except imagegen.CancelledError: pass
for _ in range(3): threading.Thread(target=work, daemon=True).start()
began.wait()
""",
    "a worker that runs for ever": """
runtime = imagegen.Runtime()
runtime.start("worker.run")
runtime.prompts.execute("hero", "a boat", "A boat.")
""",
    "sys.exit": """
runtime = imagegen.Runtime()
runtime.start("heroes.generate", REQUEST)
sys.exit(0)
""",
    "an exception that nobody catches": """
runtime = imagegen.Runtime()
runtime.start("heroes.generate", REQUEST)
sys.excepthook = lambda *_: os.write(1, b"")
raise RuntimeError
""",
    "os._exit": """
runtime = imagegen.Runtime(store=Slow(forever))
runtime.start("heroes.generate", REQUEST)
began.wait()
os._exit(0)
""",
    "an interrupt": """
runtime = imagegen.Runtime(store=Slow(forever))
threading.Thread(target=lambda: (began.wait(), signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)), daemon=True).start()
try: runtime.heroes.generate("wi-1", lifestyle_pack=PACK)
except KeyboardInterrupt: sys.exit(0)
sys.exit(1)
""",
    "a loop that is torn down": """
async def main():
    runtime = imagegen.AsyncRuntime(store=Slow(forever))
    globals()["kept"] = runtime
    asyncio.create_task(runtime.heroes.generate("wi-1", lifestyle_pack=PACK))
    await asyncio.to_thread(began.wait)
asyncio.run(main())
""",
    "a loop that is torn down under async methods": """
class Never(Slow):
    async def head(self, key):
        began.set()
        await asyncio.Event().wait()
async def main():
    runtime = imagegen.AsyncRuntime(store=Never(None))
    globals()["kept"] = runtime
    runtime.start("heroes.generate", REQUEST)
    await asyncio.to_thread(began.wait)
asyncio.run(main())
""",
    "a runtime in a cycle that the end collects": """
runtime = imagegen.Runtime(store=Slow(forever))
call = runtime.start("heroes.generate", REQUEST)
began.wait()
class Cycle: pass
cycle = Cycle(); cycle.me = cycle; cycle.runtime = runtime; cycle.call = call
del runtime, call, cycle
""",
    "garbage collected in flight": """
import warnings; warnings.simplefilter("ignore")
runtime = imagegen.Runtime(store=Slow(forever))
runtime.start("heroes.generate", REQUEST)
began.wait()
del runtime
gc.collect()
""",
    "many runtimes": """
runtimes = [imagegen.Runtime({"threads": 1}) for _ in range(4)]
calls = [runtime.start("heroes.generate", REQUEST) for runtime in runtimes]
next(calls[-1].progress())
""",
    "atexit of the program itself": """
import atexit
runtime = imagegen.Runtime()
atexit.register(lambda: runtime.start("heroes.generate", REQUEST))
runtime.start("heroes.generate", REQUEST)
""",
}


def run(name: str) -> str:
    try:
        ended = run_python(COMMON + PROGRAMS[name], timeout=60)
    except subprocess.TimeoutExpired as expired:
        return f"hung: {expired.stderr!r}"
    expected = 1 if name == "an exception that nobody catches" else 0
    if ended.returncode != expected or "Fatal" in ended.stderr or "terminate" in ended.stderr:
        return f"ended with {ended.returncode}: {ended.stderr}"
    return ended.stderr  # an interpreter that ends well says nothing


@pytest.mark.parametrize("name", PROGRAMS)
def test_an_interpreter_ends_well_in_the_middle_of(name: str) -> None:
    with ThreadPoolExecutor(2) as pool:
        failures = [text for text in pool.map(run, [name] * RUNS) if text]
    assert failures == []


def test_a_forked_child_is_refused_and_ends_well() -> None:
    ended = run_python(
        COMMON
        + """
import warnings; warnings.simplefilter("ignore", DeprecationWarning)
runtime = imagegen.Runtime(store=Slow(forever))
call = runtime.start("heroes.generate", REQUEST)
began.wait()
for ends_by in (sys.exit, os._exit):
    child = os.fork()
    if child == 0:
        refused = 0
        uses = (runtime.describe, lambda: runtime.store.put("a", b"x"), lambda: runtime.start("runtime.describe"),
                call.result, call.exception, lambda: list(call.progress()))
        for use in uses:
            try: use()
            except imagegen.UnsupportedError as error: refused += "fork" in str(error)
        call.cancel()
        runtime.close()
        with imagegen.Runtime() as own: own.describe()
        image = imagegen.encode(memoryview(bytes(300)).cast("B", (10, 10, 3)), "png")
        (made,) = imagegen.render(image, [{"width": 5, "height": 5}])
        ends_by(0 if refused == len(uses) and made.width == 5 else 7)
    assert os.waitpid(child, 0)[1] == 0
assert not call.done()
print("parent")
"""
    )
    assert (ended.returncode, ended.stdout.strip(), ended.stderr) == (0, "parent", "")


def test_spawned_processes_have_runtimes_of_their_own(tmp_path: object) -> None:
    program = f"{tmp_path}/spawn.py"
    with open(program, "w") as file:
        file.write(
            """
import multiprocessing, imagegen
def work(number):
    with imagegen.Runtime() as runtime:
        if number == 3: raise imagegen.RateLimitedError("three", retryable=True)
        return runtime.describe()["version"] + f" {number}"
if __name__ == "__main__":
    with imagegen.Runtime() as runtime, multiprocessing.get_context("spawn").Pool(2) as pool:
        print(pool.map(work, range(3)))
        try: pool.map(work, [3])
        except imagegen.RateLimitedError as error: print(error.message, error.retryable)
"""
        )
    ended = run_python(f"import runpy, sys; sys.argv = [{program!r}]; runpy.run_path({program!r}, run_name='__main__')")
    assert ended.stderr == ""
    assert ended.stdout.split("\n")[1] == "three True" and "0.1.0 2" in ended.stdout


def test_what_runs_is_cancelled_and_waited_for_at_the_end() -> None:
    program = """
import atexit
atexit.register(lambda: print(type(call.exception(0)).__name__))  # before the import, so after what the package does
"""
    forever = 'runtime = imagegen.Runtime()\ncall = runtime.start("worker.run")\n'
    ended = run_python(program + COMMON + forever)
    assert (ended.stdout.strip() in ("CancelledError", "NoneType"), ended.stderr) == (True, "")
