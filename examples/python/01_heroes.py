"""From a pack to stored files: 01_heroes.py PACK.json writes into out/."""

import json
import sys

import imagegen

CONFIG = {
    "provider": "placeholder",  # draws, free; or "openai", with OPENAI_API_KEY in the environment
    "store": "file:out",  # or "s3://bucket/prefix"
    "state": "sqlite:imagegen.db",  # jobs, and what was bought
}


def show(news: imagegen.HeroProgress) -> None:
    print(f"{news['filesDone']}/{news['filesTotal']} {news['stage']} {news['filename']}")


def main(pack_file: str) -> int:
    with open(pack_file, encoding="utf-8") as file:
        pack = json.load(file)
    with imagegen.Runtime(CONFIG, environment=True) as runtime:
        try:
            plan = runtime.heroes.generate("wi-1", lifestyle_pack=pack, dry_run=True)  # prompts and price; buys nothing
            print("estimated:", plan["cost"]["estimated"], "USD")
            made = runtime.heroes.generate("wi-1", lifestyle_pack=pack, budget=5.0, on_progress=show)
        except imagegen.Error as error:
            print(error, "(retryable)" if error.retryable else "", "(spent)" if error.spent else "", file=sys.stderr)
            return 1
    for made_file in made["generated"]:
        print(made_file["url"])
    for failed in made["failed"]:  # one shot that fails leaves the others finished
        print(failed["shot_id"], failed["error"], failed["message"], file=sys.stderr)
    return 3 if made["failed"] or made["missingShots"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
