"""The user approves a prompt and its price; then exactly that is bought, in a job: 03_prompt_job.py "a red boat" """

import asyncio
import sys

import imagegen

CONFIG = {"store": "file:out", "state": "sqlite:imagegen.db", "prompts": {"width": 512, "height": 512}}


async def main(wish: str) -> int:
    async with imagegen.AsyncRuntime(CONFIG, environment=True) as runtime:
        # Usually in a process of its own, or in several: `imagegen worker` does the same.
        drain = imagegen.Drain()
        worker = asyncio.create_task(runtime.worker.run(drain=drain))

        better = await runtime.prompts.enhance("hero image", wish)
        print(better["finalPrompt"], "two pictures:", better["estimates"][1], better["currency"])
        # Here a user would approve it.
        job = await runtime.prompts.execute("hero image", wish, better["finalPrompt"], image_count=2, owner="user-1")

        status = await runtime.prompts.get(job["jobId"])
        while status["status"] in ("QUEUED", "RUNNING"):
            await asyncio.sleep(0.1)
            status = await runtime.prompts.get(job["jobId"])
        print(status["status"], *status["cdnUrls"], sep="\n")

        drain.request()  # what runs is finished; a signal handler may do it
        await worker
    return 0 if status["status"] == "DONE" else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main(sys.argv[1])))
