/** What this browser does when something is told: kept here, for it is the browser that was allowed to. */
const usual = { isDesktop: false, sound: 'off', volume: 0.4 };

export function wishes() {
  try {
    const isDesktop = localStorage.getItem('desktop') === 'on';
    return { ...usual, isDesktop, ...JSON.parse(localStorage.getItem('wishes')) };
  } catch {
    return usual;
  }
}

export const setWishes = (some) =>
  localStorage.setItem('wishes', JSON.stringify({ ...wishes(), ...some }));

/** Two soft tones, a third of a second long. */
export function ring(volume) {
  const audio = new AudioContext();
  for (const [at, pitch] of [784, 1047].entries()) {
    const begin = audio.currentTime + at * 0.12;
    const tone = new OscillatorNode(audio, { frequency: pitch });
    const loudness = new GainNode(audio, { gain: 0 });
    loudness.gain.setValueAtTime(0, begin);
    loudness.gain.linearRampToValueAtTime(volume / 2, begin + 0.01);
    loudness.gain.exponentialRampToValueAtTime(0.001, begin + 0.22);
    tone.connect(loudness).connect(audio.destination);
    tone.start(begin);
    tone.stop(begin + 0.24);
  }
  setTimeout(() => audio.close(), 800);
}
