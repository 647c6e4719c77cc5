// SPDX-License-Identifier: Apache-2.0
// Documents laid out for reading: nothing of what is sent is changed, and hostile text stays text.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pretty, prettyJson, prettyXml } from '../src/pretty';

test('JSON: one member a line, and not a digit or an escape other than it is sent', () => {
  assert.equal(prettyJson('{"a":1,"b":[],"c":{"d":"x, {y}: \\"z\\""},"e":[1.0,12345678901234567890]}'), '{\n  "a": 1,\n  "b": [],\n  "c": {\n    "d": "x, {y}: \\"z\\""\n  },\n  "e": [\n    1.0,\n    12345678901234567890\n  ]\n}');
  assert.equal(prettyJson('{}'), '{}');
  const sent = '{"n":1e3,"u":"\\u202e","t":true}';
  assert.equal(prettyJson(sent).replace(/\s+/g, ''), sent);
});

test('what is no JSON is shown as it is', () => {
  for (const text of ['', 'words', '{"a":1', '{"a":"open}', ']', '{"a":1}}']) assert.equal(prettyJson(text), text);
});

test('XML: one element a line; text, entities, comments and CDATA as they are', () => {
  assert.equal(
    prettyXml('<?xml version="1.0"?><report><a x="1 > 0"><b>one &amp; two</b><c/></a><!-- <no> --><d><![CDATA[<x>]]></d><e></e></report>'),
    ['<?xml version="1.0"?>', '<report>', '  <a x="1 > 0">', '    <b>one &amp; two</b>', '    <c/>', '  </a>', '  <!-- <no> -->', '  <d><![CDATA[<x>]]></d>', '  <e></e>', '</report>'].join('\n'),
  );
  assert.equal(prettyXml('<a><b>x <i>y</i>\n z</b></a>'), '<a>\n  <b>x <i>y</i>\n z</b>\n</a>', 'what an element with text holds is not touched');
  assert.equal(prettyXml('<a><b> </b></a>'), '<a>\n  <b> </b>\n</a>', 'blanks that are a text stay');
  assert.equal(prettyXml('<a>\n  <b>x</b>\n</a>'), '<a>\n  <b>x</b>\n</a>', 'laid out already');
});

test('what is no well-formed XML is shown as it is', () => {
  for (const text of ['', '<a', '<a><b></a', '</a>', '<a><b>', '<a x="></a>']) assert.equal(prettyXml(text), text);
});

test('only JSON and XML are laid out', () => {
  assert.equal(pretty('{"a":1}', 'text/plain; charset=utf-8'), '{"a":1}');
  assert.equal(pretty('{"a":1}', 'application/ld+json'), '{\n  "a": 1\n}');
  assert.equal(pretty('<a><b/></a>', 'text/xml; charset=utf-8'), '<a>\n  <b/>\n</a>');
});
