/** The mock as a program, for `clinker dev`: node dist/test/mock.js FOLDER -r|-s. It shows what the folder's files say. */
import { linesIn } from './mock-exportfs.js';

const [folder = '', command] = process.argv.slice(2);
if (command === '-s') for (const line of await linesIn(folder)) console.log(line);
