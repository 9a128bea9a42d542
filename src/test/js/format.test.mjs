import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatAgo, formatBytes, formatDuration, formatTimeLeft, humanise, secondsBetween, wholePercent } from '../../main/webapp/js/format.js';
import { highlight, wordsOf } from '../../main/webapp/js/highlight.js';
import { stepsOf } from '../../main/webapp/js/pipelines.js';
import { problemOf } from '../../main/webapp/js/api.js';

const said = (format, cases) => cases.forEach(([value, text]) => assert.equal(format(value), text, `${value}`));

describe('what is said to a person', () => {
  it('names stages', () => {
    said(humanise, [['organizing_qr', 'Organizing QR'], ['generating_csv', 'Generating CSV'], ['embedding', 'Embedding'], [null, '']]);
  });

  it('keeps per cent whole and within bounds, and says 100 only at the end', () => {
    said(wholePercent, [[99.9, 99], [-3, 0], [180, 100], [NaN, 0], [null, 0], ['45', 45]]);
  });

  it('says time left coarsely, and nothing where it is not known', () => {
    said(formatTimeLeft, [[0, 'a few seconds left'], [31, 'about 30 s left'], [57, 'about 55 s left'], [58, 'about 1 min left'], [200, 'about 3 min left'], [3_590, 'about 1 h left'], [4_900, 'about 1 h 20 min left']]);
    said(formatTimeLeft, [[null, ''], [undefined, ''], [-1, ''], [NaN, ''], [Infinity, ''], ['31', '']]);
  });

  it('says durations', () => {
    said(formatDuration, [[0.01, '0 s'], [0.84, '0.8 s'], [12.4, '12 s'], [60, '1 min'], [200, '3 min 20 s'], [3_600, '1 h'], [7_500, '2 h 5 min'], [NaN, '']]);
    assert.equal(secondsBetween('2026-01-01T10:00:00Z', '2026-01-01T10:00:01.500Z'), 1.5);
    assert.ok(Number.isNaN(secondsBetween(null, '2026-01-01T10:00:00Z')));
  });

  it('says how long ago', () => {
    const now = Date.parse('2026-01-01T12:00:00Z');
    assert.equal(formatAgo('2026-01-01T11:59:58Z', now), 'just now');
    assert.equal(formatAgo('2026-01-01T11:59:15Z', now), '40 s ago');
    assert.equal(formatAgo('2026-01-01T09:59:00Z', now), '2 h ago');
    assert.equal(formatAgo('2026-01-01T12:00:09Z', now), 'just now');
    assert.equal(formatAgo(null, now), '');
  });

  it('says sizes', () => {
    said(formatBytes, [[0, '0 B'], [999, '999 B'], [12_345, '12 KB'], [3_440_000, '3.4 MB'], [209_715_200, '210 MB'], [undefined, '']]);
  });

  it('takes the detail of a problem, with its fields, and plain words where there is none', () => {
    assert.equal(problemOf(422, '{"detail":"Encrypted."}').detail, 'Encrypted.');
    assert.equal(problemOf(400, '{"title":"Bad input","errors":[{"field":"case_id","message":"must not be blank"}]}').detail, 'Bad input must not be blank');
    assert.equal(problemOf(413, '<html>').detail, 'The file is too large.');
  });
});

describe('highlighting', () => {
  const hits = (text, question) => highlight(text, question).filter((piece) => piece.hit).map((piece) => piece.text);

  it('marks words and their forms, but not what merely begins alike', () => {
    assert.deepEqual(hits('Indexed pages; the index of an indexation', 'index page'), ['Indexed', 'pages', 'index']);
    assert.deepEqual(hits('flower Flowers flow', 'flowers'), ['flower', 'Flowers']);
  });

  it('keeps the text as it is, markup and all', () => {
    const text = 'a <b>bee</b> & bees';
    assert.equal(highlight(text, 'bees').map((piece) => piece.text).join(''), text);
  });

  it('passes over words that say nothing, unless there are no others', () => {
    assert.deepEqual(wordsOf('Where do the bees go?'), ['bees', 'go']);
    assert.deepEqual(wordsOf('what is'), ['what', 'is']);
    assert.deepEqual(hits('äpfel Äpfel apfel', 'Äpfel'), ['äpfel', 'Äpfel']);
  });

  it('takes signs of regular expressions for signs', () => {
    assert.deepEqual(hits('C++ (xy) z', '(xy).*'), ['xy']);
    assert.deepEqual(hits('C++ (xy) z', '.* + ('), []);
    assert.deepEqual(highlight('', 'x'), []);
  });
});

describe('the steps of a task', () => {
  const states = (task) => stepsOf({ type: 'document', stages: [], ...task }).map((step) => step.state).join(' ');

  it('tell what is done, under way and to come', () => {
    assert.equal(states({ status: 'queued', stage: 'queued' }), 'now todo todo todo todo todo');
    assert.equal(states({ status: 'running', stage: 'embedding' }), 'done done done now todo todo');
    assert.equal(states({ status: 'succeeded', stage: 'completed' }), 'done done done done done done');
  });

  it('tell where it broke', () => {
    assert.equal(states({ status: 'failed', stage: 'failed', workStage: 'chunking' }), 'done done failed todo todo todo');
    assert.equal(states({ status: 'cancelled', stage: 'cancelled', workStage: 'queued' }), 'cancelled todo todo todo todo todo');
  });

  it('are those that the task tells where the pipeline is somebody else’s', () => {
    const steps = stepsOf({ type: 'external', status: 'running', stage: 'baking', stages: [{ name: 'mixing', status: 'succeeded', seconds: 2 }] });
    assert.deepEqual(steps, [{ name: 'mixing', state: 'done', seconds: 2 }, { name: 'baking', state: 'now', seconds: null }]);
  });
});
