/**
 * Removes what a scenario made, so that a shared server stays usable. Best effort: a scenario may have removed
 * things itself, or left them in a state that only an administrator's force delete can end.
 */
export async function tidyUp(made, perform) {
  const remove = ({ id, persona }, path) =>
    perform({ method: 'DELETE', path: `/v3/${path}/${id}`, version: '3.70' }, persona);
  const of = (kind) => made.filter((thing) => thing.kind === kind);

  for (const attachment of of('attachment')) await remove(attachment, 'attachments');
  for (const volume of of('volume')) {
    const answer = await remove(volume, 'volumes');
    if (answer.status === 202 || answer.status === 404) continue;
    const force = { method: 'POST', path: `/v3/volumes/${volume.id}/action`, version: '3.70' };
    await perform(
      { ...force, body: { 'os-reset_status': { status: 'error', attach_status: 'detached' } } },
      volume.persona,
    );
    await perform({ ...force, body: { 'os-force_delete': null } }, volume.persona);
  }
  return of('volume_type');
}
