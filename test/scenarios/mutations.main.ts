/** Prints what notices each rule that is left out. */

import { mutations, mutationTable } from './mutations.ts';

const names = process.argv.slice(2);
const { text, unnoticed } = await mutationTable(names.length === 0 ? mutations : mutations.filter(({ what }) => names.some((name) => what.includes(name))));
process.stdout.write(text);
process.exitCode = unnoticed.length === 0 ? 0 : 1;
