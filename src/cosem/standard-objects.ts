import { parseObis } from '#core/obis.ts';
import { association } from './association.ts';
import { clock, clockColumn } from './clock.ts';
import { createObject } from './interface-class.ts';
import { sapAssignment } from './sap-assignment.ts';
import { captureObjects } from './standard/captures.ts';
import { breakerObjects, displayObjects, imageObjects, monitorObjects } from './standard/control.ts';
import { bookObjects } from './standard/event-books.ts';
import { identificationObjects } from './standard/identification.ts';
import { ObjectMaker } from './standard/object-maker.ts';
import { profileObjects } from './standard/profiles.ts';
import { statusObjects } from './standard/status.ts';
import { tariffObjects } from './standard/tariffs.ts';
import type { StandardObjects, StandardParts } from './standard-parts.ts';

/**
 * The objects that every device has besides its measurands, as far as its hardware can do what they promise.
 * @see IEC 62056-6-1 (OBIS)
 */
export function standardObjects(parts: StandardParts): StandardObjects {
  const make = new ObjectMaker(parts.identity.id, parts.parameters);
  const groups: readonly StandardObjects[] = [
    identificationObjects(parts),
    statusObjects(make),
    communicationObjects(parts),
    profileObjects(parts, make),
    captureObjects(parts),
    bookObjects(parts),
    tariffObjects(parts, make),
    monitorObjects(parts, make),
    breakerObjects(parts, make),
    displayObjects(parts, make),
    imageObjects(parts, make),
  ];
  const measured = new Set(parts.rows.map(({ classId, logicalName }) => `${classId}-${logicalName}`));
  return {
    // What the device measures itself counts for more.
    objects: groups
      .flatMap(({ objects }) => objects)
      .filter(({ classId, logicalName }) => !measured.has(`${classId}-${logicalName}`)),
    watchers: groups.flatMap(({ watchers }) => watchers),
  };
}

function communicationObjects({ zone, timeSetter, devices }: StandardParts): StandardObjects {
  const setter = timeSetter === undefined ? {} : { setter: timeSetter };
  const objects = [
    createObject(clock, { logicalName: clockColumn.logicalName, name: 'Clock', zone, ...setter }),
    createObject(association, { logicalName: parseObis('0-0:40.0.0.255'), name: 'Current association' }),
  ];
  if (devices !== undefined) {
    const logicalName = parseObis('0-0:41.0.0.255');
    objects.push(createObject(sapAssignment, { logicalName, name: 'SAP assignment', devices }));
  }
  return { objects, watchers: [] };
}
