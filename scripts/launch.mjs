// Runs src/cli/main.ts in a Node.js that is new enough.
import { join } from 'node:path';
import { runProgram } from '../bin/run-program.mjs';
import { provideNode, root } from './setup.mjs';

/** Does not return: the program takes the place of this process. */
export const launch = () => runProgram(provideNode(), join(root, 'src', 'cli', 'main.ts'));
