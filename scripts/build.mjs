// Builds dist/: the JavaScript of the published package and of the container. Development never needs it.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { environmentOf, provideNode, providePackages, root, run } from './setup.mjs';

const node = provideNode();
providePackages();

const dist = join(root, 'dist');
rmSync(dist, { recursive: true, force: true });
run(join(root, 'node_modules', '.bin', 'tsc'), ['--project', 'tsconfig.build.json'], { env: environmentOf(node) });

// The compiler rewrites ./x.ts but leaves #room/x.ts alone: within dist/, those names lead to the JavaScript.
const { type, imports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const built = Object.entries(imports).map(([name, target]) => [
  name.replace('*', '*.ts'),
  target.replace('./src/', './').replace('*', '*.js'),
]);
writeFileSync(join(dist, 'package.json'), `${JSON.stringify({ type, imports: Object.fromEntries(built) }, null, 2)}\n`);
