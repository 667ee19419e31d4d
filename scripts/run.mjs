// npm start: sets the clone up, says what it does, then hands over to the program.
import { launch } from './launch.mjs';
import { provideNode, providePackages } from './setup.mjs';

provideNode();
providePackages();
launch();
