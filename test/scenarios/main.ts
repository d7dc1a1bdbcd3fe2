/** Plays the corpus, or the scenarios that are named, and prints the table. */

import { corpus } from './all.ts';
import { play } from './play.ts';
import { tableOf } from './table.ts';

const names = process.argv.slice(2);
const chosen = names.length === 0 ? corpus : corpus.filter((scenario) => names.some((name) => scenario.name.includes(name)));
const outcomes = [];
for (const scenario of chosen) outcomes.push(await play(scenario));
process.stdout.write(tableOf(outcomes));
process.exitCode = outcomes.every((outcome) => outcome.faults.length === 0) ? 0 : 1;
