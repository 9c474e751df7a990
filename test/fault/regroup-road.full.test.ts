import { runAndCheck } from './regroup-road.ts';
import { describeSweep } from './sweep.ts';

await describeSweep({ runAndCheck, fewestCalls: 120 });
