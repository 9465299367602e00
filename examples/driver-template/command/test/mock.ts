/** The mock as a program, for `clinker dev`: node dist/test/mock.js FILE COMMAND ... Its volumes are in the file. */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { MockStorage, type MockVolume } from './mock-storage.js';
import { outcomeOf } from './mock-tool.js';

const [file = '', ...args] = process.argv.slice(2);
const saved = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as [string, MockVolume][]) : [];
const storage = MockStorage.from(saved);
const { status, stdout, stderr } = outcomeOf(storage, 'not-a-secret', args, readFileSync(0, 'utf8'));
// Renaming leaves one or the other file, whenever the program is killed.
const next = `${file}.${String(process.pid)}`;
writeFileSync(next, JSON.stringify([...storage.volumes]));
renameSync(next, file);
process.stdout.write(stdout);
process.stderr.write(stderr);
process.exitCode = status;
