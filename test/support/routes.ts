import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { MetadataScanner } from '@nestjs/core';
import { UNVERSIONED } from '../../src/microversion/microversion.decorators.js';
import type { TestApp } from './test-app.js';

/** A route as its decorators describe it. */
export interface Route {
  /** `Controller.method`. */
  readonly name: string;
  /** From the root, with `:parameters`. */
  readonly path: string;
  readonly method: number;
  readonly handler: object;
  readonly isVersioned: boolean;
}

/** Methods by Nest's numbers. */
export const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'ALL'] as const;

/** Returns every route of a running application. */
export function routesOf({ app }: TestApp): Route[] {
  const scanner = new MetadataScanner();
  const controllers = [...(app as any).container.getModules().values()].flatMap((module: any) => [
    ...module.controllers.values(),
  ]);
  return controllers.flatMap(({ metatype }: any) =>
    scanner.getAllMethodNames(metatype.prototype).flatMap((name) => {
      const handler = metatype.prototype[name];
      const method = Reflect.getMetadata(METHOD_METADATA, handler);
      if (method === undefined) return [];
      const isVersioned =
        !Reflect.getMetadata(UNVERSIONED, handler) && !Reflect.getMetadata(UNVERSIONED, metatype);
      const path = [Reflect.getMetadata(PATH_METADATA, metatype), Reflect.getMetadata(PATH_METADATA, handler)]
        .flat()
        .flatMap((part: string) => part.split('/'))
        .filter((part) => part !== '')
        .join('/');
      return [{ name: `${metatype.name}.${name}`, path: `/${path}`, method, handler, isVersioned }];
    }),
  );
}
