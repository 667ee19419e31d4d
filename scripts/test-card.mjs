// npm run test:card: sets the clone up and runs the tests on a virtual smart card alone, as npm test does among all others.
import { runCardTests } from './card-tests.mjs';
import { provideNode, providePackages, providePrograms } from './setup.mjs';

const node = provideNode();
providePackages();
providePrograms();
const { passed, failed } = runCardTests(node);
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exitCode = failed > 0 ? 1 : 0;
