// Runs src/cli/main.ts in a Node.js that is new enough.
import { join } from 'node:path';
import { runProgram } from '../bin/run-program.mjs';
import { provideNode, providePage, root } from './setup.mjs';

/** The commands that serve the page. */
const WITH_PAGE = ['demo', 'das'];

/** Does not return: the program takes the place of this process. */
export function launch() {
  if (WITH_PAGE.includes(process.argv[2])) providePage();
  runProgram(provideNode(), join(root, 'src', 'cli', 'main.ts'), join(root, '.cache', 'compiled'));
}
