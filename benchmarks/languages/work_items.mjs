// Work items as operations send them: each with a pack of its own, whose keys and masters are nobody else's.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './processes.mjs';

const pattern = JSON.parse(readFileSync(join(root, 'examples/lifestyle-packs/wi-greeting-cards.json'), 'utf8'));

// Three shots, nine files.
export function workItem(name) {
  const pack = structuredClone(pattern);
  pack.pack_id = name;
  for (const row of pack.export_plan) {
    row.sku += `-${name}`;
    row.filename = `${name}/${row.filename}`;
  }
  for (const board of pack.shot_boards) {
    board.sku += `-${name}`;
    board.card_title += ` ${name}`;
  }
  return { id: name, pack };
}

export const shotsPerItem = pattern.shot_boards.length;
