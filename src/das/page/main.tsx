import { render } from 'preact';
import { App } from './app.tsx';
import './style/tokens.css';
import './style/frame.css';
import './style/parts.css';
import './style/pages.css';
import './style/chart.css';
import './style/print.css';

const place = document.querySelector('#page');
if (place !== null) render(<App />, place);
