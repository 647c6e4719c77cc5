// SPDX-License-Identifier: Apache-2.0
// A past that a server of today cannot have had: copies of a decided case, at chosen times, by writing into a stopped server's database.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';

const program = `
import sqlite3,sys,json
c=sqlite3.connect(sys.argv[1])
c.row_factory=sqlite3.Row
def add(table,row,**new):
    row=dict(row); row.pop('id',None); row.update(new)
    return c.execute('INSERT INTO %s(%s) VALUES(%s)'%(table,','.join(row),','.join('?'*len(row))),list(row.values())).lastrowid
past=json.load(sys.stdin)
for number,copies in past.pop('notices',{}).items():
    notice=c.execute('SELECT * FROM notice WHERE id=?',(int(number),)).fetchone()
    for received,count,decided in copies:
        for i in range(count):
            done=i<decided
            c.execute("INSERT INTO notice(tag,number,space,case_id,state,origin,category,language,danger,named,repeated,outcome,target,words,alike,word_count,received_ms,decided_ms) VALUES(randomblob(16),x'00',?,?,?,?,?,?,0,0,0,?,?,0,0,0,?,?)",
                      (notice['space'],notice['case_id'],2 if done else 0,notice['origin'],notice['category'],notice['language'],1 if done else 0,notice['target'],received,received+7200000 if done else 0))
for number,copies in past.items():
    case=c.execute('SELECT * FROM cases WHERE id=?',(int(number),)).fetchone()
    decision=c.execute('SELECT * FROM decision WHERE case_id=?',(int(number),)).fetchone()
    for opened,count,action in copies:
        for i in range(count):
            id=add('cases',case,opened_ms=opened,decided_ms=opened+3600000,account='')
            add('decision',decision,case_id=id,time_ms=opened+3600000,action=action)
            if action==6:
                c.execute("INSERT INTO filing(uuid,case_id,space,receiver_id,kind,receiver,channel,state,prepared_ms,made_by,made_ms,filed_ms) VALUES(hex(randomblob(16)),?,?,?,?,?,'portal',7,?,'lea',?,?)",
                          (id,case['space'],'fr.pharos' if i%3 else 'us.ncmec',0 if i%3 else 2,json.dumps({'country':'FR' if i%3 else 'US'}),opened,opened,opened+7200000))
c.commit()
`;

/** `past`: {case number: [[opened_ms, how many, action], ...], notices: {notice number: [[received_ms, how many, how many of them decided], ...]}}. */
export function writePast(data, past) {
  const done = spawnSync('python3', ['-c', program, `${data}/vigie.db`], { input: JSON.stringify(past), encoding: 'utf8' });
  assert.equal(done.status, 0, done.stderr);
}

export const action = { dismiss: 0, warn: 1, mute: 2, restrict: 3, suspend: 4, escalate: 5, report: 6 };
