import { Global, Injectable, Module } from '@nestjs/common';
import { DiscoveryModule, DiscoveryService, MetadataScanner } from '@nestjs/core';

type Method<A extends readonly unknown[], R> = (...args: A) => R;

/** A method decorator with a value; `MarkedMethods` finds the methods that carry it. */
export interface MethodMark<V, A extends readonly unknown[], R> {
  (value: V): (target: object, name: string, descriptor: { readonly value?: Method<A, R> }) => void;
  readonly key: symbol;
}

/** A marked method of a provider, bound to it. */
export interface MarkedMethod<V, A extends readonly unknown[], R> {
  readonly value: V;
  readonly call: Method<A, R>;
}

/** Creates a decorator for methods of one signature. */
export function methodMark<V, A extends readonly unknown[], R>(name: string): MethodMark<V, A, R> {
  const key = Symbol(name);
  const mark: (value: V) => MethodDecorator = (value) => (_target, _name, descriptor) => {
    Reflect.defineMetadata(key, value, descriptor.value as object);
  };
  return Object.assign(mark, { key });
}

/** Finds what features contribute: methods of their providers that carry a mark. Complete from `onModuleInit` on. */
@Injectable()
export class MarkedMethods {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
  ) {}

  of<V, A extends readonly unknown[], R>({ key }: MethodMark<V, A, R>): MarkedMethod<V, A, R>[] {
    return this.discovery.getProviders().flatMap((provider) => {
      const instance: unknown = provider.instance;
      if (typeof instance !== 'object' || instance === null) return [];
      const methods = instance as Record<string, Method<A, R>>;
      return this.scanner.getAllMethodNames(Object.getPrototypeOf(instance) as object).flatMap((name) => {
        const method = methods[name];
        if (method === undefined || !Reflect.hasMetadata(key, method)) return [];
        return [{ value: Reflect.getMetadata(key, method) as V, call: method.bind(instance) }];
      });
    });
  }
}

@Global()
@Module({ imports: [DiscoveryModule], providers: [MarkedMethods], exports: [MarkedMethods] })
export class MarkedMethodsModule {}
