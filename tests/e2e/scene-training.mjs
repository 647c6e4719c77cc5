// SPDX-License-Identifier: Apache-2.0
// The first of the shipped courses, and the first made-up case to practise on.
export async function seed({ people }) {
  const [course] = (await people.noe.get('/v1/courses?language=fr')).json.courses;
  const [practice] = (await people.noe.get('/v1/practice?language=fr')).json.practice;
  return {
    visits: [
      { name: 'course', hash: `#/course/${course.id}`, user: 'noe', ready: '.prose' },
      { name: 'practice-case', hash: `#/practice-case/${practice.id}`, user: 'noe', ready: '.talk' },
    ],
  };
}
