"""A store of one's own: files in a table of SQLite. 04_custom_store.py PACK.json"""

import json
import sqlite3
import sys
import threading
from typing import Any

import imagegen


class TableStore:
    """Methods may be called from several threads at once. Async methods would do as well."""

    capability = {"name": "sqlite", "durable": True, "urlPrefix": "https://files.example.com/"}

    def __init__(self, path: str) -> None:
        self.lock = threading.Lock()
        self.table = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self.table.execute("CREATE TABLE IF NOT EXISTS files (key TEXT PRIMARY KEY, data BLOB)")

    def run(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        with self.lock:
            return self.table.execute(sql, values).fetchall()

    def put(self, key: str, data: imagegen.Bytes, only_if_absent: bool) -> None:
        word = "INSERT" if only_if_absent else "REPLACE"
        try:
            self.run(f"{word} INTO files VALUES (?, ?)", key, memoryview(data))
        except sqlite3.IntegrityError:
            raise imagegen.AlreadyExistsError(key) from None

    def get(self, key: str) -> bytes | None:
        found = self.run("SELECT data FROM files WHERE key = ?", key)
        return found[0][0] if found else None

    def head(self, key: str) -> imagegen.ObjectInfo | None:
        found = self.run("SELECT length(data) FROM files WHERE key = ?", key)
        return {"sizeBytes": found[0][0]} if found else None

    def remove(self, key: str) -> None:
        self.run("DELETE FROM files WHERE key = ?", key)

    def list(self, prefix: str, limit: int, after: str) -> list[imagegen.ObjectInfo]:
        sql = "SELECT key, length(data) FROM files WHERE substr(key, 1, ?) = ? AND key > ? ORDER BY key LIMIT ?"
        return [{"key": key, "sizeBytes": size} for key, size in self.run(sql, len(prefix), prefix, after, limit)]


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as file:
        pack = json.load(file)
    with imagegen.Runtime(store=TableStore("files.db")) as runtime:
        for made in runtime.heroes.generate("wi-1", lifestyle_pack=pack)["generated"]:
            print(made["url"])
